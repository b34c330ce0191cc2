// Products; see umwelt_product.h.
KERNEL(void, transposed_product,
       (const float *left, int64_t left_row, const float *packed, float *result, int64_t result_row,
        int64_t rows, int64_t inner, int64_t columns),
       (left, left_row, packed, result, result_row, rows, inner, columns))
