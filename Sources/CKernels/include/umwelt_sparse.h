#pragma once
#include <stdint.h>

#include "umwelt_kernels.h"

// Products with rows that are mostly 0, such as symbols spread over places of which one is 1. A sum
// leaves out what adds nothing, in ascending order: its bits are those of the product with whole rows.

/// Rows of numbers, of each those that are not 0.
typedef struct {
  /// Where the numbers of each row begin, and behind the last one where they end.
  const int64_t *starts;
  /// The place of each number within its row, ascending.
  const int32_t *places;
  const float *values;
} UmweltSparse;

/// Takes down the numbers of a row that are not 0; returns how many. Both arrays must have room for all.
int64_t umwelt_sparse_row(const float *row, int64_t count, int32_t *places, float *values);

/// out[r] = activation(bias + x[chosen[r]] · weights), weights of [places, columns] with `weights_row` floats
/// from row to row; columns are a multiple of 16. `chosen` may be null for 0, 1, 2 …
void umwelt_sparse_product(const UmweltSparse *x, const int32_t *chosen, int64_t rows, const float *weights,
                           int64_t weights_row, const float *bias, float *out, int64_t out_row,
                           int64_t columns, UmweltActivation activation);

/// sums += xᵀ · gradient over the chosen rows, one after the other; sums are [places, columns] with `sums_row`
/// floats from row to row; columns are a multiple of 16.
void umwelt_sparse_gradient(const UmweltSparse *x, const int32_t *chosen, int64_t rows,
                            const float *gradient, int64_t gradient_row, float *sums, int64_t sums_row,
                            int64_t columns);
