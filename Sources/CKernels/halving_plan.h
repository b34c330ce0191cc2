// How a halving convolution is cut into tiles and blocks; see kernels_halving.h for the words.
#pragma once
#include "umwelt_halving.h"

typedef struct {
  UmweltHalving s;
  int64_t cells_high, cells_wide;  // cells that the convolution reads
  int64_t rows_inside[2], columns_inside[2];  // cells whose even, odd pixels the image has
  int64_t half, deep;              // floats of half a cell (one pixel row), and of a cell
  int64_t tiles_high, tiles_wide, tiles;
  int64_t images;                  // images of a block
  int64_t big_size, small_size;    // floats of an image
  int64_t place;                   // floats from place to place of the small image
  float *cells, *places, *sums;    // scratch: matrices, and twice the channels for biases
  float *weights;                  // scratch: the gradient of the transformed weights
  int64_t scratch_count;           // floats of scratch in all
} HalvingPlan;

// Floats from one point's matrix to the next: a line more than it has, so that the matrices of all points do
// not fall into the same sets of a cache.
static inline int64_t halving_step(int64_t count) { return count + 16; }

static HalvingPlan halving_plan(const UmweltHalving *s, float *scratch) {
  HalvingPlan p = {.s = *s};
  int64_t taps = (s->kernel + 1) / 2, outputs = taps, points = outputs + taps - 1;
  p.cells_high = s->small_height + taps - 1;
  p.cells_wide = s->small_width + taps - 1;
  p.half = 2 * s->big_channels;
  p.deep = 4 * s->big_channels;
  // Where a pixel row or column of a cell is beyond the image, it counts as zeros.
  for (int64_t odd = 0; odd < 2; odd++) {
    int64_t high = (s->big_height - odd + 1) / 2, wide = (s->big_width - odd + 1) / 2;
    p.rows_inside[odd] = high < p.cells_high ? high : p.cells_high;
    p.columns_inside[odd] = wide < p.cells_wide ? wide : p.cells_wide;
  }
  p.tiles_high = (s->small_height + outputs - 1) / outputs;
  p.tiles_wide = (s->small_width + outputs - 1) / outputs;
  p.tiles = p.tiles_high * p.tiles_wide;
  p.big_size = s->big_height * s->big_width * s->big_channels;
  p.place = s->small_step ? s->small_step : s->small_channels;
  p.small_size = s->small_height * s->small_width * p.place;
  int64_t image = points * points * p.tiles * (p.deep + s->small_channels);
  p.images = (288 << 10) / image;  // about 1 MB of matrices stay in a core's own cache
  // Weights beyond that cache are read once a block: let many rows use them.
  int64_t weights = points * points * halving_step(p.deep * s->small_channels), rows = 96;
  if (weights > 512 << 10 && p.images * p.tiles < rows) p.images = (rows + p.tiles - 1) / p.tiles;
  if (p.images < 1) p.images = 1;
  if (p.images > s->images) p.images = s->images;
  int64_t tiles = p.tiles * p.images;
  p.cells = scratch;
  p.places = p.cells + points * points * halving_step(tiles * p.deep);
  p.sums = p.places + points * points * halving_step(tiles * s->small_channels);
  p.weights = p.sums + p.deep + s->small_channels;
  p.scratch_count = (p.weights - scratch) + weights;
  return p;
}
