// Every kernel, once: its type, name, parameters and arguments.
KERNEL(void, bias_activation,
       (const float *x, const float *bias, float *out, int64_t rows, int64_t columns,
        UmweltActivation activation),
       (x, bias, out, rows, columns, activation))
KERNEL(void, activation_backward,
       (const float *output, const float *gradient, float *result, int64_t count,
        UmweltActivation activation),
       (output, gradient, result, count, activation))
KERNEL(void, binary,
       (UmweltBinary operation, const float *a, int64_t a_period, const float *b, int64_t b_period,
        float *out, int64_t count),
       (operation, a, a_period, b, b_period, out, count))
KERNEL(void, unary, (UmweltUnary operation, const float *x, float *out, int64_t count),
       (operation, x, out, count))
KERNEL(void, affine, (const float *x, float scale, float shift, float *out, int64_t count),
       (x, scale, shift, out, count))
KERNEL(void, accumulate, (const float *x, float scale, float *out, int64_t count),
       (x, scale, out, count))
KERNEL(void, clamp_backward,
       (const float *x, const float *gradient, float low, float high, bool inward, float *out,
        int64_t count),
       (x, gradient, low, high, inward, out, count))
KERNEL(double, sum, (const float *x, int64_t count), (x, count))
KERNEL(double, sum_of_squares, (const float *x, int64_t count), (x, count))
KERNEL(void, column_sums, (const float *x, float *out, int64_t rows, int64_t columns),
       (x, out, rows, columns))
KERNEL(void, masked_column_sums,
       (const float *x, const float *mask, float *out, int64_t rows, int64_t columns),
       (x, mask, out, rows, columns))
KERNEL(void, row_sums, (const float *x, float *out, int64_t rows, int64_t columns),
       (x, out, rows, columns))
KERNEL(void, softmax, (const float *x, float *out, int64_t rows, int64_t columns),
       (x, out, rows, columns))
KERNEL(void, softmax_backward,
       (const float *output, const float *gradient, float *result, int64_t rows, int64_t columns),
       (output, gradient, result, rows, columns))
KERNEL(void, log_sum_exp, (const float *x, float *out, int64_t rows, int64_t columns),
       (x, out, rows, columns))
KERNEL(void, bytes_to_unit, (const uint8_t *bytes, float *out, int64_t count), (bytes, out, count))
KERNEL(void, unit_to_bytes, (const float *x, uint8_t *out, int64_t count), (x, out, count))
KERNEL(double, squared_error, (const float *prediction, const float *target, int64_t count),
       (prediction, target, count))
KERNEL(void, squared_error_backward,
       (const float *prediction, const float *target, float scale, float *out, int64_t count),
       (prediction, target, scale, out, count))
KERNEL(double, bernoulli_loss, (const float *logits, const float *target, int64_t count),
       (logits, target, count))
KERNEL(void, bernoulli_loss_backward,
       (const float *logits, const float *target, float scale, float *out, int64_t count),
       (logits, target, scale, out, count))
KERNEL(void, normal_kl,
       (const float *mean, const float *log_variance, float *out, int64_t rows, int64_t columns),
       (mean, log_variance, out, rows, columns))
KERNEL(void, normal_kl_backward,
       (const float *mean, const float *log_variance, const float *gradient, float *mean_gradient,
        float *log_variance_gradient, int64_t rows, int64_t columns),
       (mean, log_variance, gradient, mean_gradient, log_variance_gradient, rows, columns))
KERNEL(void, adam,
       (float *parameter, float *first, float *second, const float *gradient, float scale,
        float beta1, float beta2, float epsilon, float corrected_rate, float corrected_root,
        int64_t count),
       (parameter, first, second, gradient, scale, beta1, beta2, epsilon, corrected_rate,
        corrected_root, count))
#include "kernels_list_packed.h"
#include "kernels_list_recurrence.h"
#include "kernels_list_dream.h"
#include "kernels_list_product.h"
#include "kernels_list_halving.h"
#include "kernels_list_narrow.h"
#include "kernels_list_sparse.h"
#include "kernels_list_policy.h"
#undef KERNEL
