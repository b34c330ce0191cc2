// result (+)= left · right for operands of any stride, on register tiles of `ProductRows` × `ProductVectors` vectors.
//
// left's element (row, k) stands at left[row · left_row + k · left_inner], the k of later segments
// left_segment further each; sixteen columns of right's row k at right[k · right_inner + panel · right_panel].
// Every element is one sum over ascending k, so that its bits depend neither on the tile it falls into nor
// on the other rows.

// A tile's rows where it has many vectors, and where it has one or two: its sums fill the registers.
#if defined(UMWELT_REGISTERS_32)
enum { NAME(ProductVectors) = 4, NAME(ProductRows) = 6, NAME(TallRows) = 12 };
#elif defined(UMWELT_REGISTERS_16)
enum { NAME(ProductVectors) = 1, NAME(ProductRows) = 6, NAME(TallRows) = 6 };
#else
enum { NAME(ProductVectors) = 1, NAME(ProductRows) = 2, NAME(TallRows) = 2 };
#endif

typedef struct {
  const float *left;
  int64_t left_row, left_inner;
  const float *right;
  int64_t right_inner, right_panel;
  float *result;
  int64_t result_row;
  int64_t rows, inner, columns;
  int64_t segments, left_segment;  // 0 or 1 segments: all k in one
  const float *bias;               // what sums begin with, or null
  bool accumulates, rectified;
} NAME(Product);

#define product_tile NAME(product_tile)
#define product_rows NAME(product_rows)
#define multiply NAME(multiply)

INLINE void product_tile(const NAME(Product) *p, int64_t row, int64_t column, const int tile_rows,
                         const int tile_vectors) {
  vector sums[12][NAME(ProductVectors)];
  // Rows by four: every address is one of three bases and a multiple of the stride.
  const float *left[3];
  for (int i = 0; i < 3; i++) left[i] = p->left + (row + 4 * i) * p->left_row;
  const float *right = p->right + column / Lanes * p->right_panel;
  float *result = p->result + row * p->result_row + column;
#pragma clang loop unroll(full)
  for (int r = 0; r < tile_rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < tile_vectors; v++)
      sums[r][v] = p->accumulates ? load(result + r * p->result_row + v * Lanes, Lanes)
                   : p->bias      ? load(p->bias + column + v * Lanes, Lanes)
                                  : (vector)0.0f;
  int64_t segments = p->segments;
  do {
    for (int64_t k = 0; k < p->inner; k++) {
      vector terms[NAME(ProductVectors)];
#pragma clang loop unroll(full)
      for (int v = 0; v < tile_vectors; v++) terms[v] = load(right + v * p->right_panel, Lanes);
#pragma clang loop unroll(full)
      for (int r = 0; r < tile_rows; r++) {
        vector factor = left[r / 4][r % 4 * p->left_row];
#pragma clang loop unroll(full)
        for (int v = 0; v < tile_vectors; v++) sums[r][v] = sums[r][v] + factor * terms[v];
      }
      for (int i = 0; i < 3; i++) left[i] += p->left_inner;
      right += p->right_inner;
    }
    for (int i = 0; i < 3; i++) left[i] += p->left_segment - p->inner * p->left_inner;
  } while (--segments > 0);
#pragma clang loop unroll(full)
  for (int r = 0; r < tile_rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < tile_vectors; v++)
      store(result + r * p->result_row + v * Lanes,
            p->rectified ? v_max(sums[r][v], (vector)0.0f) : sums[r][v], Lanes);
}

// Rows in tiles as even as possible: a tile of one row would wait for memory.
INLINE void product_rows(const NAME(Product) *p, int64_t column, const int tile_vectors) {
  const int most = tile_vectors <= 2 ? NAME(TallRows) : NAME(ProductRows);
  int64_t tiles = (p->rows + most - 1) / most;
  int64_t row = 0, size;
#define TILE(count) case count: if (count <= most) product_tile(p, row, column, count, tile_vectors); break;
  for (int64_t tile = 0; tile < tiles; tile++, row += size) {
    size = p->rows / tiles + (tile < p->rows % tiles);
    switch (size) {
      TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6)
      TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12)
    }
  }
#undef TILE
}

// Columns must be a multiple of sixteen.
static void multiply(const NAME(Product) *p) {
  int64_t column = 0;
  for (; column + NAME(ProductVectors) * Lanes <= p->columns; column += NAME(ProductVectors) * Lanes)
    product_rows(p, column, NAME(ProductVectors));
#if defined(UMWELT_REGISTERS_32)
  switch ((p->columns - column) / Lanes) {
    case 3: product_rows(p, column, 3); return;
    case 2: product_rows(p, column, 2); return;
    case 1: product_rows(p, column, 1); return;
  }
#endif
}

static void NAME(transposed_product)(const float *left, int64_t left_row, const float *packed,
                                     float *result, int64_t result_row, int64_t rows, int64_t inner,
                                     int64_t columns) {
  multiply(&(NAME(Product)){.left = left, .left_row = 1, .left_inner = left_row,
                            .right = packed, .right_inner = Lanes, .right_panel = inner * Lanes,
                            .result = result, .result_row = result_row,
                            .rows = rows, .inner = inner, .columns = columns});
}

static void NAME(matrix_product)(const float *left, int64_t left_row, int64_t left_inner,
                                 const float *right, int64_t right_row, const float *bias,
                                 bool accumulates, float *result, int64_t result_row, int64_t rows,
                                 int64_t inner, int64_t columns) {
  multiply(&(NAME(Product)){.left = left, .left_row = left_row, .left_inner = left_inner,
                            .right = right, .right_inner = right_row, .right_panel = Lanes,
                            .bias = bias, .accumulates = accumulates,
                            .result = result, .result_row = result_row,
                            .rows = rows, .inner = inner, .columns = columns});
}

static void NAME(convolve_line)(const float *image, int64_t line, int64_t step, int64_t kernel_height,
                                int64_t run, const float *weights, const float *bias, bool rectified,
                                float *result, int64_t places, int64_t channels) {
  multiply(&(NAME(Product)){.left = image, .left_row = step, .left_inner = 1,
                            .segments = kernel_height, .left_segment = line,
                            .right = weights, .right_inner = channels, .right_panel = Lanes,
                            .bias = bias, .rectified = rectified,
                            .result = result, .result_row = channels,
                            .rows = places, .inner = run, .columns = channels});
}

#undef product_tile
#undef product_rows

#define transpose NAME(transpose)

// Exchanges rows and lanes of sixteen vectors, by blocks of 8, 4, 2 and 1.
INLINE void transpose(vector rows[Lanes]) {
#define LIST(...) __VA_ARGS__
#define EXCHANGE(width, even, odd)                              \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < Lanes; i++) { \
    if (i & width) continue;                                    \
    vector a = rows[i], b = rows[i + width];                    \
    rows[i] = __builtin_shufflevector(a, b, LIST even);         \
    rows[i + width] = __builtin_shufflevector(a, b, LIST odd);  \
  }
  EXCHANGE(8, (0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23), (8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
  EXCHANGE(4, (0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27), (4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
  EXCHANGE(2, (0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29), (2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  EXCHANGE(1, (0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30), (1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
#undef EXCHANGE
#undef LIST
}
