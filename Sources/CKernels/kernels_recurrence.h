// Steps of a long short-term memory, forward and backward; see umwelt_recurrence.h.

#ifndef UMWELT_RECURRENCE_TILES
#define UMWELT_RECURRENCE_TILES
// The most rows of a tile and the panels beside each other whose sums the registers hold.
enum { StepRows_avx512 = 12, StepRows_avx2 = 6, StepRows_portable = 2 };
enum { StepPanels_avx512 = 2, StepPanels_avx2 = 1, StepPanels_portable = 1 };
// Rows whose sums are kept close by between products and gates, and terms of a sum taken at a time:
// two panels of them fill two thirds of the first cache.
enum { StepBlock = 48, StepInner = 256 };

// to[row][16 · panel …] += Σ a[row][k] · b[panel][k][…]
typedef struct {
  const float *a;
  int64_t a_stride;
  const float *b;
  int64_t b_stride;
  int64_t inner;
  float *to;
  int64_t to_stride;
} StepProduct;

#define UNROLL_FULLY _Pragma("clang loop unroll(full)")
#endif

#define step_tile NAME(step_tile)
INLINE void step_tile(const int rows, const int panels, StepProduct p) {
  vector sums[12][2];
  UNROLL_FULLY for (int r = 0; r < rows; r++)
    UNROLL_FULLY for (int n = 0; n < panels; n++)
      sums[r][n] = *(const loose_vector *)(p.to + r * p.to_stride + n * Lanes);
  const float *b = p.b;
  for (int64_t k = 0; k < p.inner; k++, b += Lanes) {
    vector weights[2];
    UNROLL_FULLY for (int n = 0; n < panels; n++)
      weights[n] = *(const loose_vector *)(b + n * p.b_stride);
    UNROLL_FULLY for (int r = 0; r < rows; r++) {
      vector x = p.a[r * p.a_stride + k];
      UNROLL_FULLY for (int n = 0; n < panels; n++) sums[r][n] += x * weights[n];
    }
  }
  UNROLL_FULLY for (int r = 0; r < rows; r++)
    UNROLL_FULLY for (int n = 0; n < panels; n++)
      *(loose_vector *)(p.to + r * p.to_stride + n * Lanes) = sums[r][n];
}

#define step_tile_of NAME(step_tile_of)
static void step_tile_of(int64_t rows, StepProduct p) {
  const int panels = NAME(StepPanels);
#define ROWS(n) case n: if (n <= NAME(StepRows)) step_tile(n, panels, p); break
  switch (rows) {
    ROWS(1); ROWS(2); ROWS(3); ROWS(4); ROWS(5); ROWS(6);
    ROWS(7); ROWS(8); ROWS(9); ROWS(10); ROWS(11); ROWS(12);
  }
#undef ROWS
}

// All rows of a block by `panels` panels, in tiles of nearly equal height.
#define step_product NAME(step_product)
static void step_product(int64_t rows, int64_t panels, StepProduct p) {
  int64_t tiles = (rows + NAME(StepRows) - 1) / NAME(StepRows);
  for (int64_t start = 0; start < p.inner; start += StepInner)
    for (int64_t panel = 0; panel < panels; panel += NAME(StepPanels))
      for (int64_t tile = 0; tile < tiles; tile++) {
        int64_t first = tile * rows / tiles, end = (tile + 1) * rows / tiles;
        StepProduct part = p;
        part.a += first * p.a_stride + start;
        part.b += panel * p.b_stride + start * Lanes;
        part.inner = p.inner - start < StepInner ? p.inner - start : StepInner;
        part.to += first * p.to_stride + panel * Lanes;
        step_tile_of(end - first, part);
      }
}

#define lstm_units NAME(lstm_units)
INLINE void lstm_units(const UmweltLSTMStep *s, int64_t row, int64_t unit, int64_t left,
                       const float *sums) {
  vector in = v_sigmoid(load(sums, Lanes)), forget = v_sigmoid(load(sums + Lanes, Lanes));
  vector cell = v_tanh(load(sums + 2 * Lanes, Lanes)), out = v_sigmoid(load(sums + 3 * Lanes, Lanes));
  int64_t at = row * s->hidden + unit;
  vector next = in * cell;
  if (s->c) next += forget * load(s->c + at, left);
  store(s->next_c + at, next, left);
  store(s->next_h + at, out * v_tanh(next), left);
  if (!s->gates) return;
  float *gates = s->gates + row * 4 * s->hidden + unit;
  store(gates, in, left);
  store(gates + s->hidden, forget, left);
  store(gates + 2 * s->hidden, cell, left);
  store(gates + 3 * s->hidden, out, left);
}

static void NAME(lstm_step)(const UmweltLSTMStep *s) {
  float sums[StepBlock * 4 * Lanes] __attribute__((aligned(64)));
  const int64_t width = 4 * Lanes;
  for (int64_t unit = 0; unit < s->hidden; unit += Lanes) {
    int64_t left = s->hidden - unit < Lanes ? s->hidden - unit : Lanes;
    for (int64_t first = 0; first < s->rows; first += StepBlock) {
      int64_t rows = s->rows - first < StepBlock ? s->rows - first : StepBlock;
      for (int64_t r = 0; r < rows; r++)
        memcpy(sums + r * width, s->bias + unit * 4, (size_t)width * sizeof(float));
      step_product(rows, 4, (StepProduct){
          .a = s->x + first * s->x_stride, .a_stride = s->x_stride,
          .b = s->input_weight + unit * 4 * s->inputs, .b_stride = s->inputs * Lanes,
          .inner = s->inputs, .to = sums, .to_stride = width});
      if (s->h)
        step_product(rows, 4, (StepProduct){
            .a = s->h + first * s->hidden, .a_stride = s->hidden,
            .b = s->recurrent_weight + unit * 4 * s->hidden, .b_stride = s->hidden * Lanes,
            .inner = s->hidden, .to = sums, .to_stride = width});
      for (int64_t r = 0; r < rows; r++) lstm_units(s, first + r, unit, left, sums + r * width);
    }
  }
}

#define lstm_units_backward NAME(lstm_units_backward)
INLINE void lstm_units_backward(const UmweltLSTMBackwardStep *s, int64_t row, int64_t unit,
                                int64_t left, vector by_h, bool keeps, vector bias[4]) {
  int64_t at = row * s->hidden + unit;
  float *gates = s->gates + row * 4 * s->hidden + unit;
  vector in = load(gates, left), forget = load(gates + s->hidden, left);
  vector cell = load(gates + 2 * s->hidden, left), out = load(gates + 3 * s->hidden, left);
  vector squashed = v_tanh(load(s->next_c + at, left));
  by_h = (keeps ? by_h : (vector)0.0f) + load(s->h_gradient + at, left);
  vector by_c = by_h * out * (1.0f - squashed * squashed);
  if (keeps) by_c += load(s->c_gradient + at, left);
  vector by_gates[4] = {
      by_c * cell * (in * (1.0f - in)),
      s->c ? by_c * load(s->c + at, left) * (forget * (1.0f - forget)) : (vector)0.0f,
      by_c * in * (1.0f - cell * cell), by_h * squashed * (out * (1.0f - out))};
  store(s->c_gradient + at, by_c * forget, left);
  UNROLL_FULLY for (int gate = 0; gate < 4; gate++) {
    store(gates + gate * s->hidden, by_gates[gate], left);
    bias[gate] += by_gates[gate];
  }
}

static void NAME(lstm_step_backward)(const UmweltLSTMBackwardStep *s) {
  enum { Width = 2 * Lanes };
  float sums[StepBlock * Width] __attribute__((aligned(64)));
  int64_t inner = 4 * s->hidden;
  for (int64_t strip = 0; strip < s->hidden; strip += Width)
    for (int64_t first = 0; first < s->rows; first += StepBlock) {
      int64_t rows = s->rows - first < StepBlock ? s->rows - first : StepBlock;
      memset(sums, 0, (size_t)(rows * Width) * sizeof(float));
      if (s->later_gates)
        step_product(rows, 2, (StepProduct){
            .a = s->later_gates + first * inner, .a_stride = inner,
            .b = s->transpose + strip * inner, .b_stride = inner * Lanes, .inner = inner,
            .to = sums, .to_stride = Width});
      for (int64_t unit = strip; unit < strip + Width && unit < s->hidden; unit += Lanes) {
        int64_t left = s->hidden - unit < Lanes ? s->hidden - unit : Lanes;
        vector bias[4] = {0, 0, 0, 0};
        for (int64_t r = 0; r < rows; r++)
          lstm_units_backward(s, first + r, unit, left, load(sums + r * Width + unit - strip, Lanes),
                              !s->later_keeps || s->later_keeps[first + r] != 0, bias);
        for (int64_t gate = 0; gate < 4; gate++) {
          float *to = s->bias_gradient + gate * s->hidden + unit;
          store(to, load(to, left) + bias[gate], left);
        }
      }
    }
}

#undef step_tile
#undef step_tile_of
#undef step_product
#undef lstm_units
#undef lstm_units_backward
