#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "umwelt_kernels.h"

// Convolutions of stride 2 with kernels of 3 to 6 pixels a side, no padding, and their transposes, by
// Winograd's minimal filtering. Two by two pixels of the big image are one cell of four times the
// channels: the kernel becomes 2×2 or 3×3 cells at stride 1, which F(2, 2) or F(3, 3) computes with 9/16
// or 25/81 of the multiplications. One thread; the bits of an image do not depend on the others.

/// The sizes of a halving convolution, big image → small image; its transpose leads back.
///
/// small = (big − kernel) / 2 + 1, rounded down; `kernel` is 3, 4, 5 or 6. `small_channels` is a multiple
/// of 16; `big_channels` too, or of 8 where the kernel is even. `small_step` is floats from place to place of
/// the small image, where it is a part of the channels of another; 0 for `small_channels`, as the backward
/// functions need it. Weights are [kernel, kernel, big_channels, small_channels].
typedef struct {
  int64_t images;
  int64_t big_height, big_width, big_channels;
  int64_t small_height, small_width, small_channels;
  int64_t kernel;
  int64_t small_step;
} UmweltHalving;

/// Floats of the transformed weights in each of their two forms.
int64_t umwelt_halving_weight_count(const UmweltHalving *shape);

/// Floats of the scratch memory that each function below needs.
int64_t umwelt_halving_scratch_count(const UmweltHalving *shape);

/// Transforms weights; `to_small` serves halving, `to_big` doubling; either may be null.
void umwelt_halving_weights(const UmweltHalving *shape, const float *weights, float *to_small,
                            float *to_big);

/// small = convolution(big) + bias, negative values cut off if `rectified`.
void umwelt_halve(const UmweltHalving *shape, const float *big, const float *to_small,
                  const float *bias, bool rectified, float *small, float *scratch);

/// big = transposed convolution(small) + bias, negative values cut off if `rectified`.
void umwelt_double(const UmweltHalving *shape, const float *small, const float *to_big,
                   const float *bias, bool rectified, float *big, float *scratch);

/// The gradients of `umwelt_halve`, from the gradient of its output.
///
/// `output` is what it gave, or null where nothing was cut off; `big_gradient` may be null.
void umwelt_halve_backward(const UmweltHalving *shape, const float *big, const float *output,
                           const float *gradient, const float *to_big, float *big_gradient,
                           float *weight_gradient, float *bias_gradient, float *scratch);

/// The gradients of `umwelt_double`, from the gradient of its output.
///
/// `output` is what it gave, or null where nothing was cut off; `small_gradient` may be null.
void umwelt_double_backward(const UmweltHalving *shape, const float *small, const float *output,
                            const float *gradient, const float *to_small, float *small_gradient,
                            float *weight_gradient, float *bias_gradient, float *scratch);

/// Floats of the weights that `umwelt_double_narrow` takes.
int64_t umwelt_narrow_weight_count(const UmweltHalving *shape);

/// Floats of the scratch memory that `umwelt_double_narrow` needs.
int64_t umwelt_narrow_scratch_count(const UmweltHalving *shape);

/// Arranges weights for `umwelt_double_narrow`.
void umwelt_narrow_weights(const UmweltHalving *shape, const float *weights, float *narrow);

/// big = activation(transposed convolution(small) + bias) for at most four channels of the big image, whose
/// four pixels of a cell fit one vector. Any kernel side, any number of small channels; computed directly.
void umwelt_double_narrow(const UmweltHalving *shape, const float *small, const float *narrow,
                          const float *bias, UmweltActivation activation, float *big, float *scratch);
