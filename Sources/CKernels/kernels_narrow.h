// Transposed convolutions to images of few channels: every small row is multiplied with all taps at once,
// and a pixel row of the big image gathers what its cells get from `taps` rows and columns of products.
// Few products are wasted: the taps fill whole vectors together, though one tap would not.

#define narrow_line NAME(narrow_line)

// One pixel row from the products of `count` small rows, the newest first; `taps` is a constant.
INLINE void narrow_line(const int taps, const float *const rows[3], int64_t count, int64_t columns,
                        int64_t pair, int64_t cells, vector start, float *pixels) {
  for (int64_t x = 0; x < cells; x++) {
    vector sum = start;
    for (int64_t i = 0; i < count; i++)
#pragma clang loop unroll(full)
      for (int j = 0; j < taps; j++)
        sum += load(rows[i] + (x + taps - 1 - j) * columns + j * pair, Lanes);
    store(pixels + x * pair, sum, Lanes);
  }
}

static void NAME(double_narrow)(const UmweltHalving *shape, const float *small, const float *narrow,
                                const float *bias, UmweltActivation activation, float *big,
                                float *scratch) {
  const int64_t taps = (shape->kernel + 1) / 2, channels = shape->small_channels;
  const int64_t pair = 2 * shape->big_channels, columns = narrow_columns(shape);
  const int64_t cells = shape->small_width + taps - 1, line = shape->big_width * shape->big_channels;
  const int64_t ring = (shape->small_width + 2 * (taps - 1)) * columns;
  float *pixels = scratch + taps * ring + Lanes;
  vector start = 0;
  for (int64_t c = 0; c < pair; c++) start[c] = bias[c % shape->big_channels];
  memset(scratch, 0, (size_t)(taps * ring + Lanes) * sizeof(float));
  for (int64_t n = 0; n < shape->images; n++)
    for (int64_t y = 0; y < shape->small_height + taps - 1; y++) {
      if (y < shape->small_height)
        multiply(&(NAME(Product)){
            .left = small + (n * shape->small_height + y) * shape->small_width * channels,
            .left_row = channels, .left_inner = 1,
            .right = narrow, .right_inner = columns, .right_panel = Lanes,
            .result = scratch + y % taps * ring + (taps - 1) * columns, .result_row = columns,
            .rows = shape->small_width, .inner = channels, .columns = columns});
      for (int64_t py = 0; py < 2 && 2 * y + py < shape->big_height; py++) {
        const float *rows[3];
        int64_t count = 0;
        for (int64_t i = 0; i < taps; i++)
          if (y - i >= 0 && y - i < shape->small_height)
            rows[count++] = scratch + (y - i) % taps * ring + (2 * i + py) * taps * pair;
        if (taps == 2)
          narrow_line(2, rows, count, columns, pair, cells, start, pixels);
        else
          narrow_line(3, rows, count, columns, pair, cells, start, pixels);
        NAME(bias_activation)(pixels, NULL, big + (n * shape->big_height + 2 * y + py) * line, 1, line,
                              activation);
      }
    }
}

#undef narrow_line
