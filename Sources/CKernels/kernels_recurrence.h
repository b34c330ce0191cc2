// Steps of a long short-term memory, forward and backward; see umwelt_recurrence.h.

#ifndef UMWELT_RECURRENCE_BLOCKS
#define UMWELT_RECURRENCE_BLOCKS
// Rows whose sums are kept close by between products and gates, and columns of those sums.
enum { StepRows = 48, StepColumns = 8 * Lanes };

// Two vectors side by side: gates are long chains of operations, of which two at a time fill the units.
typedef float pair __attribute__((ext_vector_type(32)));
typedef float loose_pair __attribute__((ext_vector_type(32), aligned(4)));
typedef int32_t pair_bits __attribute__((ext_vector_type(32)));
#endif

#define compute_block NAME(compute_block)

// e^x = scale · (1 + rest), for an x of −43 to 43, so that the product of two stays finite. What is not
// a number stays so.
#define Power NAME(Power)
typedef struct {
  pair scale;
  pair rest;
} Power;

#define power_of NAME(power_of)
INLINE Power power_of(pair x) {
  x = (pair)-43.0f > x ? (pair)-43.0f : x;
  x = (pair)43.0f < x ? (pair)43.0f : x;
  const pair magic = 12582912.0f;
  pair shifted = x * 1.44269504f + magic;
  pair n = shifted - magic;
  pair r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  pair q = 1.9841270e-4f;
  q = q * r + 1.3888889e-3f;
  q = q * r + 8.3333333e-3f;
  q = q * r + 4.1666667e-2f;
  q = q * r + 1.6666667e-1f;
  q = q * r + 0.5f;
  Power power = {(pair)(((pair_bits)shifted << 23) + 0x3F800000), q * (r * r) + r};
  return power;
}

// 1 + e^−x, the denominator of a sigmoid.
#define sigmoid_below NAME(sigmoid_below)
INLINE pair sigmoid_below(pair x) {
  Power power = power_of(-x);
  return power.scale * power.rest + (power.scale + 1.0f);
}

// e^2x − 1, which is exact to its last places near 0 too: tanh is that over itself plus 2.
#define tanh_above NAME(tanh_above)
INLINE pair tanh_above(pair x) {
  Power power = power_of(x + x);
  return power.scale * power.rest + (power.scale - 1.0f);
}

#define gate_tanh NAME(gate_tanh)
INLINE pair gate_tanh(pair x) {
  pair above = tanh_above(x);
  return above / (above + 2.0f);
}

#define load_pair NAME(load_pair)
INLINE pair load_pair(const float *p, int64_t left) {
  if (left >= 2 * Lanes) return *(const loose_pair *)p;
  pair v = 0;
  memcpy(&v, p, (size_t)left * sizeof(float));
  return v;
}

#define store_pair NAME(store_pair)
INLINE void store_pair(float *p, pair v, int64_t left) {
  if (left >= 2 * Lanes) *(loose_pair *)p = v;
  else memcpy(p, &v, (size_t)left * sizeof(float));
}

// One gate's sums of two groups of units.
#define gate_sums NAME(gate_sums)
INLINE pair gate_sums(const float *sums, int gate) {
  vector first = *(const vector *)(sums + gate * Lanes), second = *(const vector *)(sums + (4 + gate) * Lanes);
  pair both;
  both.lo = first;
  both.hi = second;
  return both;
}

// Brings the gates `ahead` of these near while a product keeps the units busy. The address may lie
// beyond the buffer: nothing is read.
#define fetch_gates NAME(fetch_gates)
INLINE void fetch_gates(const float *gates, int64_t hidden, int64_t ahead) {
  UNROLL for (int gate = 0; gate < 4; gate++) {
    uintptr_t at = (uintptr_t)gates + (uintptr_t)((gate * hidden + ahead) * (int64_t)sizeof(float));
    __builtin_prefetch((const void *)at, 0, 2);
    __builtin_prefetch((const void *)(at + Lanes * sizeof(float)), 0, 2);
  }
}

#define lstm_units NAME(lstm_units)
INLINE void lstm_units(const UmweltLSTMStep *s, int64_t row, int64_t unit, int64_t left,
                       const float *sums) {
  pair below_in = sigmoid_below(gate_sums(sums, 0)), below_forget = sigmoid_below(gate_sums(sums, 1));
  pair above_cell = tanh_above(gate_sums(sums, 2)), below_out = sigmoid_below(gate_sums(sums, 3));
  // Divisions are slow: two gates share one.
  pair inverse = 1.0f / (below_in * below_forget);
  pair in = inverse * below_forget, forget = inverse * below_in;
  pair below_cell = above_cell + 2.0f;
  inverse = 1.0f / (below_cell * below_out);
  pair cell = inverse * below_out * above_cell, out = inverse * below_cell;
  int64_t at = row * s->hidden + unit;
  pair next = in * cell;
  if (s->c) next += forget * load_pair(s->c + at, left);
  store_pair(s->next_c + at, next, left);
  store_pair(s->next_h + at, out * gate_tanh(next), left);
  if (!s->gates) return;
  float *gates = s->gates + row * 4 * s->hidden + unit;
  // Written after the next product: by the next two groups, or by the next step's first two.
  fetch_gates(gates, s->hidden, unit + 2 * Lanes < s->hidden ? 2 * Lanes : s->rows * 4 * s->hidden - unit);
  store_pair(gates, in, left);
  store_pair(gates + s->hidden, forget, left);
  store_pair(gates + 2 * s->hidden, cell, left);
  store_pair(gates + 3 * s->hidden, out, left);
}

// Two groups of 16 units at a time: eight panels of gates.
static void NAME(lstm_step)(const UmweltLSTMStep *s) {
  float sums[StepRows * StepColumns] __attribute__((aligned(64))) = {0};
  const int64_t group = 4 * Lanes;
  for (int64_t unit = 0; unit < s->hidden; unit += 2 * Lanes) {
    int64_t columns = s->hidden - unit > Lanes ? 2 * group : group;
    for (int64_t first = 0; first < s->rows; first += StepRows) {
      int64_t rows = s->rows - first < StepRows ? s->rows - first : StepRows;
      PackedTile tile = {
          .a = s->x + first * s->x_stride, .a_stride = s->x_stride,
          .b = s->input_weight + unit * 4 * s->inputs, .bias = s->bias + unit * 4,
          .c = sums, .c_stride = StepColumns, .inner = s->inputs, .columns = columns};
      compute_block(rows, tile, UmweltActivationNone);
      if (s->h) {
        tile = (PackedTile){
            .a = s->h + first * s->hidden, .a_stride = s->hidden,
            .b = s->recurrent_weight + unit * 4 * s->hidden, .c = sums, .c_stride = StepColumns,
            .inner = s->hidden, .columns = columns, .accumulate = true};
        compute_block(rows, tile, UmweltActivationNone);
      }
      int64_t left = s->hidden - unit;
      for (int64_t r = 0; r < rows; r++)
        if (left >= 2 * Lanes) lstm_units(s, first + r, unit, 2 * Lanes, sums + r * StepColumns);
        else lstm_units(s, first + r, unit, left, sums + r * StepColumns);
    }
  }
}

#define lstm_units_backward NAME(lstm_units_backward)
INLINE void lstm_units_backward(const UmweltLSTMBackwardStep *s, int64_t row, int64_t unit,
                                int64_t left, const float *by_later, bool keeps, pair bias[4]) {
  int64_t at = row * s->hidden + unit;
  float *gates = s->gates + row * 4 * s->hidden + unit;
  // Read after the next product: by the next strip, or by the first strip of the step before.
  int64_t strip = unit / StepColumns * StepColumns;
  bool is_last = strip + StepColumns >= s->hidden;
  fetch_gates(gates, s->hidden, is_last ? -s->rows * 4 * s->hidden - strip : StepColumns);
  pair in = load_pair(gates, left), forget = load_pair(gates + s->hidden, left);
  pair cell = load_pair(gates + 2 * s->hidden, left), out = load_pair(gates + 3 * s->hidden, left);
  pair squashed = gate_tanh(load_pair(s->next_c + at, left));
  pair by_h = load_pair(s->h_gradient + at, left);
  if (keeps) by_h += load_pair(by_later, left);
  pair by_c = by_h * out * (1.0f - squashed * squashed);
  if (keeps) by_c += load_pair(s->c_gradient + at, left);
  pair by_gates[4] = {
      by_c * cell * (in * (1.0f - in)),
      s->c ? by_c * load_pair(s->c + at, left) * (forget * (1.0f - forget)) : (pair)0.0f,
      by_c * in * (1.0f - cell * cell), by_h * squashed * (out * (1.0f - out))};
  store_pair(s->c_gradient + at, by_c * forget, left);
  UNROLL for (int gate = 0; gate < 4; gate++) {
    store_pair(gates + gate * s->hidden, by_gates[gate], left);
    bias[gate] += by_gates[gate];
  }
}

// Rows of two groups of units; `left` is a constant where the groups are whole.
#define lstm_rows_backward NAME(lstm_rows_backward)
INLINE void lstm_rows_backward(const UmweltLSTMBackwardStep *s, int64_t first, int64_t rows,
                               int64_t unit, int64_t left, const float *by_later) {
  pair bias[4] = {0, 0, 0, 0};
  for (int64_t r = first; r < first + rows; r++, by_later += StepColumns)
    lstm_units_backward(s, r, unit, left, by_later, !s->later_keeps || s->later_keeps[r] != 0, bias);
  UNROLL for (int gate = 0; gate < 4; gate++) {
    float *to = s->bias_gradient + gate * s->hidden + unit;
    store_pair(to, load_pair(to, left) + bias[gate], left);
  }
}

static void NAME(lstm_step_backward)(const UmweltLSTMBackwardStep *s) {
  float sums[StepRows * StepColumns] __attribute__((aligned(64)));
  int64_t inner = 4 * s->hidden;
  for (int64_t strip = 0; strip < s->hidden; strip += StepColumns)
    for (int64_t first = 0; first < s->rows; first += StepRows) {
      int64_t rows = s->rows - first < StepRows ? s->rows - first : StepRows;
      int64_t columns = s->hidden - strip < StepColumns ? s->hidden - strip : StepColumns;
      PackedTile tile = {.a = s->later_gates + first * inner, .a_stride = inner,
                         .b = s->transpose + strip * inner, .c = sums, .c_stride = StepColumns,
                         .inner = inner, .columns = columns};
      if (s->later_gates) compute_block(rows, tile, UmweltActivationNone);
      else memset(sums, 0, sizeof sums);
      for (int64_t unit = strip; unit < strip + columns; unit += 2 * Lanes) {
        int64_t left = s->hidden - unit;
        const float *by_later = sums + unit - strip;
        if (left >= 2 * Lanes) lstm_rows_backward(s, first, rows, unit, 2 * Lanes, by_later);
        else lstm_rows_backward(s, first, rows, unit, left, by_later);
      }
    }
}

#undef compute_block
#undef Power
#undef power_of
#undef sigmoid_below
#undef tanh_above
#undef gate_tanh
#undef load_pair
#undef store_pair
#undef gate_sums
#undef fetch_gates
#undef lstm_rows_backward
#undef lstm_units
#undef lstm_units_backward
