#pragma once
#include <stdint.h>

/// result = leftᵀ · right, for a left of [inner, rows] and a right packed by `umwelt_pack_matrix` from
/// [inner, columns]; `left_row` and `result_row` are floats from row to row of each. Columns are a multiple of
/// 16. Every element is one sum over ascending `inner`.
void umwelt_transposed_product(const float *left, int64_t left_row, const float *packed, float *result,
                               int64_t result_row, int64_t rows, int64_t inner, int64_t columns);
