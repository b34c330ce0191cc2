#pragma once
#include <stdbool.h>
#include <stdint.h>

/// result = leftᵀ · right, for a left of [inner, rows] and a right packed by `umwelt_pack_matrix` from
/// [inner, columns]; `left_row` and `result_row` are floats from row to row of each. Columns are a multiple of
/// 16. Every element is one sum over ascending `inner`.
void umwelt_transposed_product(const float *left, int64_t left_row, const float *packed, float *result,
                               int64_t result_row, int64_t rows, int64_t inner, int64_t columns);

/// result = (accumulates ? result : bias) + left · right, a small product of matrices that are not packed.
///
/// left's element (row, k) stands at left[row · left_row + k · left_inner]; right is [inner, columns] and result
/// [rows, columns], with `right_row` and `result_row` floats from row to row. Columns are a multiple of 16; bias
/// may be null. Every element is one sum over ascending `inner`.
void umwelt_matrix_product(const float *left, int64_t left_row, int64_t left_inner, const float *right,
                           int64_t right_row, const float *bias, bool accumulates, float *result,
                           int64_t result_row, int64_t rows, int64_t inner, int64_t columns);

/// One line of a convolution's output, [places, channels]: bias + what the kernel sees · weights, negative
/// values cut off if `rectified`.
///
/// The kernel sees `kernel_height` runs of `run` floats, `line` floats apart, and moves by `step` floats
/// from place to place. Weights are [kernel_height · run, channels]; channels are a multiple of 16.
void umwelt_convolve_line(const float *image, int64_t line, int64_t step, int64_t kernel_height,
                          int64_t run, const float *weights, const float *bias, bool rectified,
                          float *result, int64_t places, int64_t channels);
