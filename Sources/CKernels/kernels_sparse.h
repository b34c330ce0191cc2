// Products with rows that are mostly 0; see umwelt_sparse.h.

static int64_t NAME(sparse_row)(const float *row, int64_t count, int32_t *places, float *values) {
  int64_t found = 0;
  for (int64_t place = 0; place < count; place++) {
    places[found] = (int32_t)place;
    values[found] = row[place];
    found += row[place] != 0;
  }
  return found;
}

// Runs a statement on blocks of 8, 4, 2 and 1 vectors of columns, a constant named `vectors`: the more at a time,
// the less often places are read. Where there are few registers, 4 are the most.
#ifdef UMWELT_REGISTERS_32
#define EIGHT_VECTORS(columns, c, ...) \
  for (; c + 8 * Lanes <= (columns); c += 8 * Lanes) { const int vectors = 8; __VA_ARGS__ }
#else
#define EIGHT_VECTORS(columns, c, ...)
#endif
#define EACH_VECTORS(columns, c, ...)                                                             \
  EIGHT_VECTORS(columns, c, __VA_ARGS__)                                                          \
  for (; c + 4 * Lanes <= (columns); c += 4 * Lanes) { const int vectors = 4; __VA_ARGS__ }       \
  for (; c + 2 * Lanes <= (columns); c += 2 * Lanes) { const int vectors = 2; __VA_ARGS__ }       \
  for (; c < (columns); c += Lanes) { const int vectors = 1; __VA_ARGS__ }

#define multiply_row NAME(multiply_row)
INLINE void multiply_row(const UmweltSparse *x, int64_t row, const float *weights, int64_t weights_row,
                         const float *bias, float *out, const int vectors) {
  vector sums[8];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) sums[v] = bias ? load(bias + v * Lanes, Lanes) : (vector)0.0f;
  for (int64_t at = x->starts[row]; at < x->starts[row + 1]; at++) {
    const float *line = weights + x->places[at] * weights_row;
    vector value = x->values[at];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sums[v] += value * load(line + v * Lanes, Lanes);
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) store(out + v * Lanes, sums[v], Lanes);
}

static void NAME(sparse_product)(const UmweltSparse *x, const int32_t *chosen, int64_t rows,
                                 const float *weights, int64_t weights_row, const float *bias, float *out,
                                 int64_t out_row, int64_t columns, UmweltActivation activation) {
  for (int64_t r = 0; r < rows; r++) {
    int64_t row = chosen ? chosen[r] : r;
    float *line = out + r * out_row;
    int64_t c = 0;
    EACH_VECTORS(columns, c,
                 multiply_row(x, row, weights + c, weights_row, bias ? bias + c : NULL, line + c, vectors););
    if (activation != UmweltActivationNone)
      NAME(bias_activation)(line, NULL, line, 1, columns, activation);
  }
}

#define spread_row NAME(spread_row)
INLINE void spread_row(const UmweltSparse *x, int64_t row, const float *gradient, float *sums,
                       int64_t sums_row, const int vectors) {
  vector terms[8];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) terms[v] = load(gradient + v * Lanes, Lanes);
  for (int64_t at = x->starts[row]; at < x->starts[row + 1]; at++) {
    float *line = sums + x->places[at] * sums_row;
    vector value = x->values[at];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      store(line + v * Lanes, load(line + v * Lanes, Lanes) + value * terms[v], Lanes);
  }
}

static void NAME(sparse_gradient)(const UmweltSparse *x, const int32_t *chosen, int64_t rows,
                                  const float *gradient, int64_t gradient_row, float *sums,
                                  int64_t sums_row, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    int64_t row = chosen ? chosen[r] : r;
    const float *line = gradient + r * gradient_row;
    int64_t c = 0;
    EACH_VECTORS(columns, c, spread_row(x, row, line + c, sums + c, sums_row, vectors););
  }
}

#undef multiply_row
#undef spread_row
#undef EIGHT_VECTORS
#undef EACH_VECTORS
