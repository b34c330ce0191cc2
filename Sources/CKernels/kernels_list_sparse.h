// Products with sparse rows; see umwelt_sparse.h.
KERNEL(int64_t, sparse_row, (const float *row, int64_t count, int32_t *places, float *values),
       (row, count, places, values))
KERNEL(void, sparse_product,
       (const UmweltSparse *x, const int32_t *chosen, int64_t rows, const float *weights,
        int64_t weights_row, const float *bias, float *out, int64_t out_row, int64_t columns,
        UmweltActivation activation),
       (x, chosen, rows, weights, weights_row, bias, out, out_row, columns, activation))
KERNEL(void, sparse_gradient,
       (const UmweltSparse *x, const int32_t *chosen, int64_t rows, const float *gradient,
        int64_t gradient_row, float *sums, int64_t sums_row, int64_t columns),
       (x, chosen, rows, gradient, gradient_row, sums, sums_row, columns))
