#pragma once
#include "umwelt_halving.h"

// Columns of the weights of doubling to few channels, [small channel][pixel row of the kernel][tap column]
// [pixel of the tap and its channel]; zeros where a tap is beyond the kernel, and up to a multiple of 16.
static inline int64_t narrow_columns(const UmweltHalving *shape) {
  int64_t taps = (shape->kernel + 1) / 2;
  return (4 * taps * taps * shape->big_channels + 15) / 16 * 16;
}
