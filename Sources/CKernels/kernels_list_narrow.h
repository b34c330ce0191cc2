// The transposed convolution to few channels; see umwelt_halving.h.
KERNEL(void, double_narrow,
       (const UmweltHalving *shape, const float *small, const float *narrow, const float *bias,
        UmweltActivation activation, float *big, float *scratch),
       (shape, small, narrow, bias, activation, big, scratch))
