#include <stdlib.h>
#include <string.h>

#include "narrow_columns.h"

int64_t umwelt_narrow_weight_count(const UmweltHalving *shape) {
  return shape->small_channels * narrow_columns(shape);
}

int64_t umwelt_narrow_scratch_count(const UmweltHalving *shape) {
  int64_t taps = (shape->kernel + 1) / 2, width = shape->small_width + 2 * (taps - 1);
  return taps * width * narrow_columns(shape) + width * 2 * shape->big_channels + 32;
}

void umwelt_narrow_weights(const UmweltHalving *shape, const float *weights, float *narrow) {
  const int64_t kernel = shape->kernel, columns = narrow_columns(shape);
  const int64_t row = (kernel + 1) / 2 * 2 * shape->big_channels, taken = kernel * shape->big_channels;
  memset(narrow, 0, (size_t)(columns * shape->small_channels) * sizeof(float));
  for (int64_t ky = 0; ky < kernel; ky++)
    for (int64_t at = 0; at < taken; at++)
      for (int64_t s = 0; s < shape->small_channels; s++)
        narrow[s * columns + ky * row + at] = weights[(ky * taken + at) * shape->small_channels + s];
}
