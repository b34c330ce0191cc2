#pragma once
#include "umwelt_kernels.h"

// Products with a matrix packed once: [rows, inner] · [inner, columns]. An element of the result is
// one sum over `inner` in ascending order with fused multiplication and addition (where the machine
// has it), whatever the number of rows or columns computed together: a row's bits depend neither on
// its neighbours nor on how columns are cut at panels.

/// Columns of a panel. A packed matrix is [panel][inner][16]; the last panel is padded with zeros.
enum { UmweltPanel = 16 };

/// The number of floats of a packed matrix.
int64_t umwelt_packed_count(int64_t inner, int64_t columns);

/// Packs b, [inner, columns] with `stride` floats from row to row; with `transposed`, b is
/// [columns, inner]. The layout is the same on every machine.
void umwelt_pack_matrix(const float *b, int64_t stride, bool transposed, int64_t inner,
                        int64_t columns, float *packed);

/// c = activation((accumulate ? c : 0) + bias + a · b).
///
/// a is [rows, inner] with `a_stride` floats from row to row, c [rows, columns] with `c_stride`; b is
/// packed and 64-byte aligned; bias may be null; c must not overlap a. A part of the columns that begins
/// at a panel: give packed + inner · first, bias + first, c + first.
void umwelt_packed_product(const float *a, int64_t a_stride, const float *packed, const float *bias,
                           float *c, int64_t c_stride, int64_t rows, int64_t inner, int64_t columns,
                           bool accumulate, UmweltActivation activation);
