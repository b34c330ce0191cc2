// The halving convolutions; see umwelt_halving.h.
KERNEL(void, halving_weights,
       (const UmweltHalving *shape, const float *weights, float *to_small, float *to_big),
       (shape, weights, to_small, to_big))
KERNEL(void, halve,
       (const UmweltHalving *shape, const float *big, const float *to_small, const float *bias,
        bool rectified, float *small, float *scratch),
       (shape, big, to_small, bias, rectified, small, scratch))
KERNEL(void, double,
       (const UmweltHalving *shape, const float *small, const float *to_big, const float *bias,
        bool rectified, float *big, float *scratch),
       (shape, small, to_big, bias, rectified, big, scratch))
KERNEL(void, halve_backward,
       (const UmweltHalving *shape, const float *big, const float *output, const float *gradient,
        const float *to_big, float *big_gradient, float *weight_gradient, float *bias_gradient,
        float *scratch),
       (shape, big, output, gradient, to_big, big_gradient, weight_gradient, bias_gradient, scratch))
KERNEL(void, double_backward,
       (const UmweltHalving *shape, const float *small, const float *output, const float *gradient,
        const float *to_small, float *small_gradient, float *weight_gradient, float *bias_gradient,
        float *scratch),
       (shape, small, output, gradient, to_small, small_gradient, weight_gradient, bias_gradient,
        scratch))
