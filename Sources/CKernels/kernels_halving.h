// Halving convolutions and their transposes in Winograd's form; included once per form and ISA.
//
// "Cells" are 2×2 pixels of the big image. A tile is OUTPUTS × OUTPUTS places of the small image and the
// POINTS × POINTS cells behind them; tiles of a block of images are the rows of POINTS² matrix products:
//   cells[point][tile][4 · big_channels] · weights[point][4 · big_channels][small_channels]
//     = places[point][tile][small_channels].
// `take` transforms an image into such matrices, `give` transforms them back.

#define FNAME(name) JOIN(JOIN(name, FORM), ISA)
#define Plan HalvingPlan
#define plan_of halving_plan
#define take_big FNAME(take_big)
#define take_big_tile FNAME(take_big_tile)
#define give_big FNAME(give_big)
#define take_small FNAME(take_small)
#define give_small FNAME(give_small)
#define each_product FNAME(each_product)
#define finish_weights FNAME(finish_weights)

// The cells of one tile; those beyond the image are zeros.
INLINE void take_big_tile(const Plan *p, const float *image, const float *output, float *to,
                          int64_t step, int64_t high, const int64_t columns[2], const bool whole) {
  int64_t row = p->s.big_width * p->s.big_channels;
  for (int64_t c = 0; c < p->half; c += Lanes) {
    int64_t wide = columns[c >= p->s.big_channels];
    vector d[POINTS * POINTS], t[POINTS * POINTS], v[POINTS * POINTS];
#pragma clang loop unroll(full)
    for (int i = 0; i < POINTS; i++)
#pragma clang loop unroll(full)
      for (int j = 0; j < POINTS; j++) {
        int64_t at = 2 * i * row + j * p->half + c;
        bool inside = whole || (i < high && j < wide);
        d[i * POINTS + j] = inside ? load(image + at, Lanes) : (vector)0.0f;
        if (output && inside)
          d[i * POINTS + j] = choose(load(output + at, Lanes) > (vector)0.0f, d[i * POINTS + j], (vector)0.0f);
      }
#pragma clang loop unroll(full)
    for (int j = 0; j < POINTS; j++) { INPUT_TRANSFORM((d + j), (t + j), POINTS); }
#pragma clang loop unroll(full)
    for (int i = 0; i < POINTS; i++) { INPUT_TRANSFORM((t + i * POINTS), (v + i * POINTS), 1); }
#pragma clang loop unroll(full)
    for (int q = 0; q < POINTS * POINTS; q++) store(to + q * step + c, v[q], Lanes);
  }
}

static void take_big(const Plan *p, int64_t images, const float *big, const float *output) {
  int64_t step = halving_step(images * p->tiles * p->deep);
  float *to = p->cells;
  for (int64_t n = 0; n < images; n++)
    for (int64_t y = 0; y < p->tiles_high; y++)
      for (int64_t x = 0; x < p->tiles_wide; x++, to += p->deep)
        for (int64_t py = 0; py < 2; py++) {
          int64_t high = p->rows_inside[py] - y * OUTPUTS;
          int64_t columns[2] = {p->columns_inside[0] - x * OUTPUTS, p->columns_inside[1] - x * OUTPUTS};
          bool whole = high >= POINTS && columns[1] >= POINTS;
          int64_t at = n * p->big_size +
                       ((2 * y * OUTPUTS + py) * p->s.big_width + 2 * x * OUTPUTS) * p->s.big_channels;
          const float *mask = output ? output + at : 0;
          float *half = to + py * p->half;
          if (whole && mask)
            take_big_tile(p, big + at, mask, half, step, high, columns, true);
          else if (whole)
            take_big_tile(p, big + at, 0, half, step, high, columns, true);
          else
            take_big_tile(p, big + at, mask, half, step, high, columns, false);
        }
}

// Adds tiles into the big image: a cell's first tile adds the bias, its last cuts off what is negative.
static void give_big(const Plan *p, int64_t images, const float *bias, bool rectified, float *big) {
  int64_t step = halving_step(images * p->tiles * p->deep), row = p->s.big_width * p->s.big_channels;
  const float *from = p->cells;
  for (int64_t n = 0; n < images; n++)
    for (int64_t y = 0; y < p->tiles_high; y++)
      for (int64_t x = 0; x < p->tiles_wide; x++, from += p->deep)
        for (int64_t py = 0; py < 2; py++) {
          int64_t high = p->rows_inside[py] - y * OUTPUTS;
          int64_t columns[2] = {p->columns_inside[0] - x * OUTPUTS, p->columns_inside[1] - x * OUTPUTS};
          bool bottom = y + 1 == p->tiles_high, right = x + 1 == p->tiles_wide;
          float *image = big + n * p->big_size +
                         ((2 * y * OUTPUTS + py) * p->s.big_width + 2 * x * OUTPUTS) * p->s.big_channels;
          const float *half = from + py * p->half;
          for (int64_t c = 0; c < p->half; c += Lanes) {
            vector d[POINTS * POINTS], t[POINTS * POINTS], v[POINTS * POINTS];
#pragma clang loop unroll(full)
            for (int q = 0; q < POINTS * POINTS; q++) v[q] = load(half + q * step + c, Lanes);
#pragma clang loop unroll(full)
            for (int i = 0; i < POINTS; i++) { INPUT_TRANSPOSED((v + i * POINTS), (t + i * POINTS), 1); }
#pragma clang loop unroll(full)
            for (int j = 0; j < POINTS; j++) { INPUT_TRANSPOSED((t + j), (d + j), POINTS); }
            vector start = bias ? load(p->sums + c, Lanes) : (vector)0.0f;
            int64_t wide = columns[c >= p->s.big_channels];
#pragma clang loop unroll(full)
            for (int i = 0; i < POINTS; i++)
#pragma clang loop unroll(full)
              for (int j = 0; j < POINTS; j++) {
                if (i >= high || j >= wide) continue;
                float *at = image + 2 * i * row + j * p->half + c;
                bool first = (i >= TAPS - 1 || !y) && (j >= TAPS - 1 || !x);
                bool last = (i < OUTPUTS || bottom) && (j < OUTPUTS || right);
                vector sum = (first ? start : load(at, Lanes)) + d[i * POINTS + j];
                store(at, rectified && last ? v_max(sum, (vector)0.0f) : sum, Lanes);
              }
          }
        }
}

static void take_small(const Plan *p, int64_t images, const float *small, const float *output) {
  int64_t channels = p->s.small_channels, step = halving_step(images * p->tiles * channels);
  int64_t row = p->s.small_width * p->place;
  float *to = p->places;
  for (int64_t n = 0; n < images; n++)
    for (int64_t y = 0; y < p->tiles_high; y++)
      for (int64_t x = 0; x < p->tiles_wide; x++, to += channels) {
        int64_t high = p->s.small_height - y * OUTPUTS, wide = p->s.small_width - x * OUTPUTS;
        int64_t place = n * p->small_size + (y * row + x * p->place) * OUTPUTS;
        for (int64_t c = 0; c < channels; c += Lanes) {
          vector d[OUTPUTS * OUTPUTS], t[POINTS * OUTPUTS], v[POINTS * POINTS];
#pragma clang loop unroll(full)
          for (int i = 0; i < OUTPUTS; i++)
#pragma clang loop unroll(full)
            for (int j = 0; j < OUTPUTS; j++) {
              int64_t at = place + i * row + j * p->place + c;
              bool inside = i < high && j < wide;
              vector g = inside ? load(small + at, Lanes) : (vector)0.0f;
              if (output && inside)
                g = choose(load(output + at, Lanes) > (vector)0.0f, g, (vector)0.0f);
              d[i * OUTPUTS + j] = g;
            }
#pragma clang loop unroll(full)
          for (int j = 0; j < OUTPUTS; j++) { OUTPUT_TRANSPOSED((d + j), (t + j), OUTPUTS, OUTPUTS); }
#pragma clang loop unroll(full)
          for (int i = 0; i < POINTS; i++) { OUTPUT_TRANSPOSED((t + i * OUTPUTS), (v + i * POINTS), 1, 1); }
#pragma clang loop unroll(full)
          for (int q = 0; q < POINTS * POINTS; q++) store(to + q * step + c, v[q], Lanes);
        }
      }
}

static void give_small(const Plan *p, int64_t images, const float *bias, bool rectified, float *small) {
  int64_t channels = p->s.small_channels, step = halving_step(images * p->tiles * channels);
  int64_t row = p->s.small_width * p->place;
  const float *from = p->places;
  for (int64_t n = 0; n < images; n++)
    for (int64_t y = 0; y < p->tiles_high; y++)
      for (int64_t x = 0; x < p->tiles_wide; x++, from += channels) {
        int64_t high = p->s.small_height - y * OUTPUTS, wide = p->s.small_width - x * OUTPUTS;
        float *place = small + n * p->small_size + (y * row + x * p->place) * OUTPUTS;
        for (int64_t c = 0; c < channels; c += Lanes) {
          vector d[OUTPUTS * OUTPUTS], t[POINTS * OUTPUTS], v[POINTS * POINTS];
#pragma clang loop unroll(full)
          for (int q = 0; q < POINTS * POINTS; q++) v[q] = load(from + q * step + c, Lanes);
#pragma clang loop unroll(full)
          for (int i = 0; i < POINTS; i++) { OUTPUT_TRANSFORM((v + i * POINTS), (t + i * OUTPUTS), 1, 1); }
#pragma clang loop unroll(full)
          for (int j = 0; j < OUTPUTS; j++) { OUTPUT_TRANSFORM((t + j), (d + j), OUTPUTS, OUTPUTS); }
          vector start = bias ? load(bias + c, Lanes) : (vector)0.0f;
#pragma clang loop unroll(full)
          for (int i = 0; i < OUTPUTS; i++)
#pragma clang loop unroll(full)
            for (int j = 0; j < OUTPUTS; j++) {
              if (i >= high || j >= wide) continue;
              vector sum = d[i * OUTPUTS + j] + start;
              store(place + i * row + j * p->place + c, rectified ? v_max(sum, (vector)0.0f) : sum, Lanes);
            }
        }
      }
}

// The products of all points; `left`, `right` and `result` step from point to point by their sizes.
static void each_product(NAME(Product) product, int64_t left, int64_t right, int64_t result) {
  for (int q = 0; q < POINTS * POINTS; q++) {
    multiply(&product);
    product.left += left, product.right += right, product.result += result;
  }
}

static void FNAME(cells_to_places)(const Plan *p, int64_t images, const float *to_small) {
  int64_t rows = images * p->tiles, channels = p->s.small_channels;
  each_product((NAME(Product)){.left = p->cells, .left_row = p->deep, .left_inner = 1,
                               .right = to_small, .right_inner = channels, .right_panel = Lanes,
                               .result = p->places, .result_row = channels,
                               .rows = rows, .inner = p->deep, .columns = channels},
               halving_step(rows * p->deep), halving_step(p->deep * channels), halving_step(rows * channels));
}

static void FNAME(places_to_cells)(const Plan *p, int64_t images, const float *to_big) {
  int64_t rows = images * p->tiles, channels = p->s.small_channels;
  each_product((NAME(Product)){.left = p->places, .left_row = channels, .left_inner = 1,
                               .right = to_big, .right_inner = p->deep, .right_panel = Lanes,
                               .result = p->cells, .result_row = p->deep,
                               .rows = rows, .inner = channels, .columns = p->deep},
               halving_step(rows * channels), halving_step(p->deep * channels), halving_step(rows * p->deep));
}

static void FNAME(add_weight_gradient)(const Plan *p, int64_t images, bool accumulates) {
  int64_t rows = images * p->tiles, channels = p->s.small_channels;
  each_product((NAME(Product)){.left = p->cells, .left_row = 1, .left_inner = p->deep,
                               .right = p->places, .right_inner = channels, .right_panel = Lanes,
                               .result = p->weights, .result_row = channels,
                               .rows = p->deep, .inner = rows, .columns = channels,
                               .accumulates = accumulates},
               halving_step(rows * p->deep), halving_step(rows * channels), halving_step(p->deep * channels));
}

static void finish_weights(const Plan *p, float *gradient) {
  int64_t channels = p->s.small_channels, step = halving_step(p->deep * channels), big = p->s.big_channels;
  for (int64_t k = 0; k < p->deep; k++) {
    int64_t py = k / p->half, px = k % p->half / big, channel = k % big;
    for (int64_t c = 0; c < channels; c += Lanes) {
      vector u[POINTS * POINTS], t[TAPS * POINTS], g[TAPS * TAPS];
#pragma clang loop unroll(full)
      for (int q = 0; q < POINTS * POINTS; q++) u[q] = load(p->weights + q * step + k * channels + c, Lanes);
#pragma clang loop unroll(full)
      for (int j = 0; j < POINTS; j++) { WEIGHT_TRANSPOSED((u + j), (t + j), POINTS, POINTS); }
#pragma clang loop unroll(full)
      for (int i = 0; i < TAPS; i++) { WEIGHT_TRANSPOSED((t + i * POINTS), (g + i * TAPS), 1, 1); }
#pragma clang loop unroll(full)
      for (int i = 0; i < TAPS; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < TAPS; j++) {
          if (2 * i + py >= p->s.kernel || 2 * j + px >= p->s.kernel) continue;
          int64_t tap = (2 * i + py) * p->s.kernel + 2 * j + px;
          store(gradient + (tap * big + channel) * channels + c, g[i * TAPS + j], Lanes);
        }
    }
  }
}

static void FNAME(halving_weights)(const UmweltHalving *s, const float *weights, float *to_small,
                                   float *to_big) {
  Plan p = plan_of(s, 0);
  int64_t channels = s->small_channels, step = halving_step(p.deep * channels);
  for (int64_t k0 = 0; k0 < p.deep; k0 += Lanes)
    for (int64_t c = 0; c < channels; c += Lanes) {
      vector block[POINTS * POINTS][Lanes];
      for (int64_t k = k0; k < k0 + Lanes; k++) {
        int64_t py = k / p.half, px = k % p.half / s->big_channels, channel = k % s->big_channels;
        vector g[TAPS * TAPS], t[POINTS * TAPS], u[POINTS * POINTS];
#pragma clang loop unroll(full)
        for (int i = 0; i < TAPS; i++)
#pragma clang loop unroll(full)
          for (int j = 0; j < TAPS; j++) {
            bool inside = 2 * i + py < s->kernel && 2 * j + px < s->kernel;
            int64_t tap = (2 * i + py) * s->kernel + 2 * j + px;
            const float *weight = weights + (tap * s->big_channels + channel) * channels + c;
            g[i * TAPS + j] = inside ? load(weight, Lanes) : (vector)0.0f;
          }
#pragma clang loop unroll(full)
        for (int j = 0; j < TAPS; j++) { WEIGHT_TRANSFORM((g + j), (t + j), TAPS, TAPS); }
#pragma clang loop unroll(full)
        for (int i = 0; i < POINTS; i++) { WEIGHT_TRANSFORM((t + i * TAPS), (u + i * POINTS), 1, 1); }
        for (int q = 0; q < POINTS * POINTS; q++) {
          if (to_small) store(to_small + q * step + k * channels + c, u[q], Lanes);
          block[q][k - k0] = u[q];
        }
      }
      if (!to_big) continue;
      for (int q = 0; q < POINTS * POINTS; q++) {
        transpose(block[q]);
        for (int lane = 0; lane < Lanes; lane++)
          store(to_big + q * step + (c + lane) * p.deep + k0, block[q][lane], Lanes);
      }
    }
}

static void FNAME(halve)(const UmweltHalving *s, const float *big, const float *to_small,
                         const float *bias, bool rectified, float *small, float *scratch) {
  Plan p = plan_of(s, scratch);
  for (int64_t first = 0; first < s->images; first += p.images) {
    int64_t images = s->images - first < p.images ? s->images - first : p.images;
    take_big(&p, images, big + first * p.big_size, 0);
    FNAME(cells_to_places)(&p, images, to_small);
    give_small(&p, images, bias, rectified, small + first * p.small_size);
  }
}

static void FNAME(double)(const UmweltHalving *s, const float *small, const float *to_big,
                          const float *bias, bool rectified, float *big, float *scratch) {
  Plan p = plan_of(s, scratch);
  for (int64_t c = 0; c < p.half; c++) p.sums[c] = bias ? bias[c % s->big_channels] : 0;
  for (int64_t first = 0; first < s->images; first += p.images) {
    int64_t images = s->images - first < p.images ? s->images - first : p.images;
    take_small(&p, images, small + first * p.small_size, 0);
    FNAME(places_to_cells)(&p, images, to_big);
    give_big(&p, images, bias, rectified, big + first * p.big_size);
  }
}

static void FNAME(halve_backward)(const UmweltHalving *s, const float *big, const float *output,
                                  const float *gradient, const float *to_big, float *big_gradient,
                                  float *weight_gradient, float *bias_gradient, float *scratch) {
  Plan p = plan_of(s, scratch);
  bool leftover = s->big_height > 2 * p.cells_high || s->big_width > 2 * p.cells_wide;
  if (big_gradient && leftover)
    memset(big_gradient, 0, (size_t)(s->images * p.big_size) * sizeof(float));
  for (int64_t first = 0; first < s->images; first += p.images) {
    int64_t images = s->images - first < p.images ? s->images - first : p.images;
    int64_t at = first * p.small_size;
    take_small(&p, images, gradient + at, output ? output + at : 0);
    if (big_gradient) {
      FNAME(places_to_cells)(&p, images, to_big);
      give_big(&p, images, 0, false, big_gradient + first * p.big_size);
    }
    take_big(&p, images, big + first * p.big_size, 0);
    FNAME(add_weight_gradient)(&p, images, first > 0);
  }
  finish_weights(&p, weight_gradient);
  NAME(masked_column_sums)(gradient, output, bias_gradient, s->images * s->small_height * s->small_width,
                           s->small_channels);
}

static void FNAME(double_backward)(const UmweltHalving *s, const float *small, const float *output,
                                   const float *gradient, const float *to_small,
                                   float *small_gradient, float *weight_gradient,
                                   float *bias_gradient, float *scratch) {
  Plan p = plan_of(s, scratch);
  for (int64_t first = 0; first < s->images; first += p.images) {
    int64_t images = s->images - first < p.images ? s->images - first : p.images;
    int64_t at = first * p.big_size;
    take_big(&p, images, gradient + at, output ? output + at : 0);
    if (small_gradient) {
      FNAME(cells_to_places)(&p, images, to_small);
      give_small(&p, images, 0, false, small_gradient + first * p.small_size);
    }
    take_small(&p, images, small + first * p.small_size, 0);
    FNAME(add_weight_gradient)(&p, images, first > 0);
  }
  finish_weights(&p, weight_gradient);
  NAME(masked_column_sums)(gradient, output, bias_gradient, s->images * s->big_height * s->big_width,
                           s->big_channels);
}

#undef FNAME
#undef Plan
#undef plan_of
#undef take_big
#undef take_big_tile
#undef give_big
#undef take_small
#undef give_small
#undef each_product
#undef finish_weights
#undef FORM
#undef OUTPUTS
#undef TAPS
#undef POINTS
#undef INPUT_TRANSFORM
#undef INPUT_TRANSPOSED
#undef OUTPUT_TRANSFORM
#undef OUTPUT_TRANSPOSED
#undef WEIGHT_TRANSFORM
#undef WEIGHT_TRANSPOSED
