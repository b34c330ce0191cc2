// Sums and what is built on them. A block is summed in sixteen float lanes, blocks in double.

enum { NAME(Block) = 4096 };

#define SUM_BLOCKS(count, expression)                                         \
  double sum = 0;                                                             \
  for (int64_t start = 0; start < (count); start += NAME(Block)) {            \
    int64_t end = (count) - start < NAME(Block) ? (count) - start : NAME(Block); \
    vector lanes = 0;                                                         \
    EACH(end, int64_t at = start + i; lanes += (expression););                \
    sum += (double)total(lanes);                                              \
  }                                                                           \
  return sum

static double NAME(sum)(const float *x, int64_t count) { SUM_BLOCKS(count, load(x + at, left)); }

static double NAME(sum_of_squares)(const float *x, int64_t count) {
  SUM_BLOCKS(count, load(x + at, left) * load(x + at, left));
}

static double NAME(squared_error)(const float *prediction, const float *target, int64_t count) {
  SUM_BLOCKS(count, (load(prediction + at, left) - load(target + at, left)) *
                        (load(prediction + at, left) - load(target + at, left)));
}

// Lanes beyond the end would each add log 2: they are cut off.
#define first_lanes NAME(first_lanes)
INLINE vector first_lanes(vector v, int64_t left) {
  if (left == Lanes) return v;
  vector cut = 0;
  memcpy(&cut, &v, (size_t)left * sizeof(float));
  return cut;
}

static double NAME(bernoulli_loss)(const float *logits, const float *target, int64_t count) {
  SUM_BLOCKS(count, first_lanes(v_softplus(load(logits + at, left)) -
                                    load(target + at, left) * load(logits + at, left),
                                left));
}

static void NAME(masked_column_sums)(const float *x, const float *mask, float *out, int64_t rows,
                                     int64_t columns) {
  // Narrow rows: sixteen rows are one long row of `columns` vectors, folded at the end.
  float folded[32 * Lanes] = {0};
  bool narrow = columns < 32 && columns % Lanes != 0;
  int64_t width = narrow ? columns * Lanes : columns;
  float *lanes = narrow ? folded : out;
  if (!narrow) memset(out, 0, (size_t)columns * sizeof(float));
  for (int64_t start = 0; start < rows * columns; start += width) {
    int64_t end = rows * columns - start < width ? rows * columns - start : width;
    EACH(end, vector v = load(x + start + i, left);
         if (mask) v = choose(load(mask + start + i, left) > (vector)0.0f, v, (vector)0.0f);
         store(lanes + i, load(lanes + i, left) + v, left););
  }
  for (int64_t c = 0; narrow && c < columns; c++) {
    float sum = 0;
    for (int64_t r = 0; r < Lanes; r++) sum += folded[r * columns + c];
    out[c] = sum;
  }
}

static void NAME(column_sums)(const float *x, float *out, int64_t rows, int64_t columns) {
  NAME(masked_column_sums)(x, NULL, out, rows, columns);
}

static void NAME(row_sums)(const float *x, float *out, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) out[r] = (float)NAME(sum)(x + r * columns, columns);
}

#define row_maximum NAME(row_maximum)
INLINE float row_maximum(const float *x, int64_t columns) {
  float high = x[0];
  for (int64_t c = 1; c < columns; c++) high = x[c] > high || x[c] != x[c] ? x[c] : high;
  return high;
}

#define exp_row NAME(exp_row)
INLINE float exp_row(const float *x, float high, float *out, int64_t columns) {
  vector lanes = 0;
  EACH(columns, vector e = first_lanes(v_exp(load(x + i, left) - high), left);
       if (out) store(out + i, e, left); lanes += e;);
  return total(lanes);
}

static void NAME(softmax)(const float *x, float *out, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    float *to = out + r * columns;
    float sum = exp_row(row, row_maximum(row, columns), to, columns);
    EACH(columns, store(to + i, load(to + i, left) / sum, left););
  }
}

static void NAME(softmax_backward)(const float *output, const float *gradient, float *result,
                                   int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    const float *y = output + r * columns;
    const float *g = gradient + r * columns;
    vector lanes = 0;
    EACH(columns, lanes += load(y + i, left) * load(g + i, left););
    float inner = total(lanes);
    EACH(columns, store(result + r * columns + i, load(y + i, left) * (load(g + i, left) - inner), left););
  }
}

static void NAME(log_sum_exp)(const float *x, float *out, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    float high = row_maximum(x + r * columns, columns);
    vector sum = exp_row(x + r * columns, high, NULL, columns);
    out[r] = high + v_log(sum)[0];
  }
}

static void NAME(normal_kl)(const float *mean, const float *log_variance, float *out, int64_t rows,
                            int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    vector lanes = 0;
    EACH(columns, vector m = load(mean + r * columns + i, left);
         vector v = load(log_variance + r * columns + i, left);
         lanes += first_lanes(m * m + v_exp(v) - v - 1.0f, left););
    out[r] = 0.5f * total(lanes);
  }
}

#undef first_lanes
#undef row_maximum
#undef exp_row
#undef SUM_BLOCKS
