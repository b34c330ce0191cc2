// Products; see umwelt_product.h.
KERNEL(void, transposed_product,
       (const float *left, int64_t left_row, const float *packed, float *result, int64_t result_row,
        int64_t rows, int64_t inner, int64_t columns),
       (left, left_row, packed, result, result_row, rows, inner, columns))
KERNEL(void, matrix_product,
       (const float *left, int64_t left_row, int64_t left_inner, const float *right, int64_t right_row,
        const float *bias, bool accumulates, float *result, int64_t result_row, int64_t rows,
        int64_t inner, int64_t columns),
       (left, left_row, left_inner, right, right_row, bias, accumulates, result, result_row, rows, inner,
        columns))
KERNEL(void, convolve_line,
       (const float *image, int64_t line, int64_t step, int64_t kernel_height, int64_t run,
        const float *weights, const float *bias, bool rectified, float *result, int64_t places,
        int64_t channels),
       (image, line, step, kernel_height, run, weights, bias, rectified, result, places, channels))
