KERNEL(void, packed_product,
       (const float *a, int64_t a_stride, const float *packed, const float *bias, float *c,
        int64_t c_stride, int64_t rows, int64_t inner, int64_t columns, bool accumulate,
        UmweltActivation activation),
       (a, a_stride, packed, bias, c, c_stride, rows, inner, columns, accumulate, activation))
