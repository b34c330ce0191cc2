#pragma once
#include <stdbool.h>
#include <stdint.h>

// Micro-kernels over plain float buffers. One source, compiled for AVX-512, AVX2 and any machine, is
// chosen at run time. The value of an element never depends on its place in the buffer, and every sum
// has a fixed order, so that results do not depend on how work is cut.

/// The instruction sets that the kernels are compiled for.
typedef enum { UmweltISAPortable = 0, UmweltISAAVX2 = 1, UmweltISAAVX512 = 2 } UmweltISA;

/// The instruction set in use: the best of this machine unless `UMWELT_ISA` (portable, avx2, avx512)
/// or `umwelt_select_isa` says otherwise.
UmweltISA umwelt_selected_isa(void);

/// Chooses an instruction set for the calling thread; false where this machine lacks it. For tests.
bool umwelt_select_isa(UmweltISA isa);

/// Activations that are fused into a layer's last pass.
typedef enum {
  UmweltActivationNone = 0,
  UmweltActivationReLU = 1,
  UmweltActivationTanh = 2,
  UmweltActivationSigmoid = 3
} UmweltActivation;

/// Element-wise functions of two operands.
typedef enum {
  UmweltAdd = 0,
  UmweltSubtract = 1,
  UmweltMultiply = 2,
  UmweltDivide = 3,
  UmweltMaximum = 4,
  UmweltMinimum = 5
} UmweltBinary;

/// Element-wise functions of one operand.
typedef enum {
  UmweltNegate = 0,
  UmweltExp = 1,
  UmweltLog = 2,
  UmweltTanh = 3,
  UmweltSigmoid = 4,
  UmweltReLU = 5,
  UmweltSquare = 6,
  UmweltSquareRoot = 7,
  UmweltAbsolute = 8,
  UmweltSoftplus = 9
} UmweltUnary;

/// out = activation(x + bias), x of `rows` × `columns`; bias may be null; out may be x.
void umwelt_bias_activation(const float *x, const float *bias, float *out, int64_t rows,
                            int64_t columns, UmweltActivation activation);

/// result = gradient · activation'(output); result may be gradient.
void umwelt_activation_backward(const float *output, const float *gradient, float *result,
                                int64_t count, UmweltActivation activation);

/// out = a ∘ b; `a_period` and `b_period` are 1 (scalar), count, or a divisor of count (trailing part).
void umwelt_binary(UmweltBinary operation, const float *a, int64_t a_period, const float *b,
                   int64_t b_period, float *out, int64_t count);

/// out = f(x); out may be x.
void umwelt_unary(UmweltUnary operation, const float *x, float *out, int64_t count);

/// out = x · scale + shift.
void umwelt_affine(const float *x, float scale, float shift, float *out, int64_t count);

/// out += x · scale.
void umwelt_accumulate(const float *x, float scale, float *out, int64_t count);

/// out = gradient where low ≤ x ≤ high, else 0. With `inward`, also where the gradient leads back inside.
void umwelt_clamp_backward(const float *x, const float *gradient, float low, float high, bool inward,
                           float *out, int64_t count);

/// The sum of all elements.
double umwelt_sum(const float *x, int64_t count);

/// The sum of squares of all elements.
double umwelt_sum_of_squares(const float *x, int64_t count);

/// out[c] = sum over rows of x[r, c].
void umwelt_column_sums(const float *x, float *out, int64_t rows, int64_t columns);

/// out[c] = sum over rows of x[r, c] where mask[r, c] > 0; everywhere where mask is null.
void umwelt_masked_column_sums(const float *x, const float *mask, float *out, int64_t rows,
                               int64_t columns);

/// out[r] = sum over columns of x[r, c].
void umwelt_row_sums(const float *x, float *out, int64_t rows, int64_t columns);

/// out = softmax of every row.
void umwelt_softmax(const float *x, float *out, int64_t rows, int64_t columns);

/// result = output · (gradient − Σ output · gradient), row by row.
void umwelt_softmax_backward(const float *output, const float *gradient, float *result, int64_t rows,
                             int64_t columns);

/// out[r] = log Σ exp x[r, c].
void umwelt_log_sum_exp(const float *x, float *out, int64_t rows, int64_t columns);

/// out = bytes / 255.
void umwelt_bytes_to_unit(const uint8_t *bytes, float *out, int64_t count);

/// out = round(255 · clamp(x, 0, 1)).
void umwelt_unit_to_bytes(const float *x, uint8_t *out, int64_t count);

/// Σ (prediction − target)².
double umwelt_squared_error(const float *prediction, const float *target, int64_t count);

/// out = 2 · scale · (prediction − target).
void umwelt_squared_error_backward(const float *prediction, const float *target, float scale,
                                   float *out, int64_t count);

/// Σ −log p(target) of Bernoulli variables with the given logits.
double umwelt_bernoulli_loss(const float *logits, const float *target, int64_t count);

/// out = scale · (sigmoid(logits) − target).
void umwelt_bernoulli_loss_backward(const float *logits, const float *target, float scale, float *out,
                                    int64_t count);

/// out[r] = ½ Σ (mean² + exp(log_variance) − log_variance − 1).
void umwelt_normal_kl(const float *mean, const float *log_variance, float *out, int64_t rows,
                      int64_t columns);

/// The gradients of `umwelt_normal_kl`, times gradient[r].
void umwelt_normal_kl_backward(const float *mean, const float *log_variance, const float *gradient,
                               float *mean_gradient, float *log_variance_gradient, int64_t rows,
                               int64_t columns);

/// One Adam step as PyTorch takes it; `corrected_rate` = rate / (1 − β1^t), `corrected_root` = √(1 − β2^t).
void umwelt_adam(float *parameter, float *first, float *second, const float *gradient, float scale,
                 float beta1, float beta2, float epsilon, float corrected_rate, float corrected_root,
                 int64_t count);
