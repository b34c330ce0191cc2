// Products with packed matrices; see umwelt_packed.h.

#ifndef UMWELT_PACKED_TILES
#define UMWELT_PACKED_TILES
// The most rows of a tile: with two panels (AVX-512) or one, its sums fill the registers.
enum { TileRows_avx512 = 12, TileRows_avx2 = 6, TileRows_portable = 2 };
enum { TileBlock = 96 };

typedef struct {
  const float *a;
  int64_t a_stride;
  const float *b;
  const float *bias;
  float *c;
  int64_t c_stride;
  int64_t inner;
  int64_t columns;
  bool accumulate;
} PackedTile;

#define UNROLL _Pragma("clang loop unroll(full)")
#endif

// A tile's sums stay in registers: `rows` and `panels` are constants once it is inlined.
#define packed_tile NAME(packed_tile)
INLINE void packed_tile(const int rows, const int panels, PackedTile t) {
  vector sums[12][8];
  UNROLL for (int p = 0; p < panels; p++) {
    int64_t left = t.columns - p * Lanes;
    if (left > Lanes) left = Lanes;
    vector start = t.bias ? load(t.bias + p * Lanes, left) : (vector)0.0f;
    UNROLL for (int r = 0; r < rows; r++)
      sums[r][p] = t.accumulate ? load(t.c + r * t.c_stride + p * Lanes, left) + start : start;
  }
  const float *b = t.b;
  int64_t panel = t.inner * Lanes;
  for (int64_t k = 0; k < t.inner; k++, b += Lanes) {
    vector weights[8];
    UNROLL for (int p = 0; p < panels; p++) weights[p] = *(const loose_vector *)(b + p * panel);
    UNROLL for (int r = 0; r < rows; r++) {
      vector x = t.a[r * t.a_stride + k];
      UNROLL for (int p = 0; p < panels; p++) sums[r][p] += x * weights[p];
    }
  }
  UNROLL for (int p = 0; p < panels; p++) {
    int64_t left = t.columns - p * Lanes;
    if (left > Lanes) left = Lanes;
    UNROLL for (int r = 0; r < rows; r++) store(t.c + r * t.c_stride + p * Lanes, sums[r][p], left);
  }
}

// Wide tiles have more panels where fewer rows would leave the units waiting for their own sums.
#define avx512 1
#define avx2 2
#define portable 3
#if ISA == avx512
#define TILES \
  TILE(1, 8) TILE(2, 8) TILE(3, 4) TILE(4, 4) TILE(5, 4) TILE(6, 2) \
  TILE(7, 2) TILE(8, 2) TILE(9, 2) TILE(10, 2) TILE(11, 2) TILE(12, 2)
#elif ISA == avx2
#define TILES TILE(1, 4) TILE(2, 2) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1)
#else
#define TILES TILE(1, 2) TILE(2, 1)
#endif
#undef avx512
#undef avx2
#undef portable

#define panels_of_tile NAME(panels_of_tile)
INLINE int64_t panels_of_tile(int64_t rows) {
#define TILE(rows, panels) panels,
  static const int64_t panels[] = {1, TILES};
#undef TILE
  return panels[rows];
}

#define compute_tile NAME(compute_tile)
static void compute_tile(int64_t rows, bool wide, PackedTile t) {
  switch (rows) {
#define TILE(rows, panels) \
  case rows: wide ? packed_tile(rows, panels, t) : packed_tile(rows, 1, t); break;
    TILES
#undef TILE
  }
}

// Rows in tiles as even as possible: a tile of one row would wait for memory.
#define compute_strip NAME(compute_strip)
static void compute_strip(int64_t rows, bool wide, PackedTile t) {
  int64_t tiles = (rows + NAME(TileRows) - 1) / NAME(TileRows);
  for (int64_t tile = 0; tile < tiles; tile++) {
    int64_t size = rows / tiles + (tile < rows % tiles);
    compute_tile(size, wide, t);
    t.a += size * t.a_stride;
    t.c += size * t.c_stride;
  }
}

#define compute_block NAME(compute_block)
static void compute_block(int64_t rows, PackedTile whole, UmweltActivation activation) {
  int64_t tiles = (rows + NAME(TileRows) - 1) / NAME(TileRows);
  int64_t wide = panels_of_tile((rows + tiles - 1) / tiles) * Lanes;
  for (int64_t first = 0, size; first < whole.columns; first += size) {
    PackedTile t = whole;
    int64_t left = whole.columns - first;
    size = left >= wide ? wide : left < Lanes ? left : Lanes;
    t.b += first * t.inner;
    if (t.bias) t.bias += first;
    t.c += first;
    t.columns = size;
    compute_strip(rows, left >= wide, t);
    if (activation == UmweltActivationNone) continue;
    for (int64_t row = 0; row < rows; row++)
      NAME(bias_activation)(t.c + row * t.c_stride, NULL, t.c + row * t.c_stride, 1, size, activation);
  }
}

// Rows in even blocks whose operands stay in the second cache.
static void NAME(packed_product)(const float *a, int64_t a_stride, const float *packed,
                                 const float *bias, float *c, int64_t c_stride, int64_t rows,
                                 int64_t inner, int64_t columns, bool accumulate,
                                 UmweltActivation activation) {
  int64_t blocks = (rows + TileBlock - 1) / TileBlock;
  for (int64_t block = 0; block < blocks; block++) {
    int64_t size = rows / blocks + (block < rows % blocks);
    PackedTile t = {a, a_stride, packed, bias, c, c_stride, inner, columns, accumulate};
    compute_block(size, t, activation);
    a += size * a_stride;
    c += size * c_stride;
  }
}

#undef TILES
#undef packed_tile
#undef panels_of_tile
#undef compute_tile
#undef compute_strip
#undef compute_block
