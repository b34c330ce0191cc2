// Element-wise kernels; see umwelt_kernels.h for what each does.

#define activate NAME(activate)
INLINE vector activate(vector x, UmweltActivation activation) {
  switch (activation) {
    case UmweltActivationNone: return x;
    case UmweltActivationReLU: return v_max(x, (vector)0.0f);
    case UmweltActivationTanh: return v_tanh(x);
    case UmweltActivationSigmoid: return v_sigmoid(x);
  }
  return x;
}

#define add_and_activate NAME(add_and_activate)
INLINE void add_and_activate(const float *x, const float *bias, float *out, int64_t count,
                             UmweltActivation activation) {
  EACH(count, store(out + i, activate(load(x + i, left) + load(bias + i, left), activation), left););
}

// Narrow rows are treated as long ones whose bias repeats, so that whole vectors are used.
enum { NAME(RepeatedBias) = 2048 };

#define rows_of NAME(rows_of)
INLINE void rows_of(const float *x, const float *bias, float *out, int64_t rows, int64_t columns,
                    UmweltActivation activation) {
  float repeated[NAME(RepeatedBias)];
  int64_t group = 1;
  if (columns * Lanes <= NAME(RepeatedBias)) {
    group = Lanes;
    for (int64_t c = 0; c < columns * Lanes; c++) repeated[c] = bias[c % columns];
    bias = repeated;
  }
  int64_t row = 0;
  for (; row + group <= rows; row += group)
    add_and_activate(x + row * columns, bias, out + row * columns, group * columns, activation);
  if (row < rows)
    add_and_activate(x + row * columns, bias, out + row * columns, (rows - row) * columns, activation);
}

static void NAME(bias_activation)(const float *x, const float *bias, float *out, int64_t rows,
                                  int64_t columns, UmweltActivation activation) {
  if (!bias) {
    int64_t count = rows * columns;
    switch (activation) {
      case UmweltActivationNone: if (x != out) memcpy(out, x, (size_t)count * sizeof(float)); break;
      case UmweltActivationReLU: NAME(unary)(UmweltReLU, x, out, count); break;
      case UmweltActivationTanh: NAME(unary)(UmweltTanh, x, out, count); break;
      case UmweltActivationSigmoid: NAME(unary)(UmweltSigmoid, x, out, count); break;
    }
    return;
  }
  switch (activation) {
    case UmweltActivationNone: rows_of(x, bias, out, rows, columns, UmweltActivationNone); break;
    case UmweltActivationReLU: rows_of(x, bias, out, rows, columns, UmweltActivationReLU); break;
    case UmweltActivationTanh: rows_of(x, bias, out, rows, columns, UmweltActivationTanh); break;
    case UmweltActivationSigmoid: rows_of(x, bias, out, rows, columns, UmweltActivationSigmoid); break;
  }
}

static void NAME(activation_backward)(const float *output, const float *gradient, float *result,
                                      int64_t count, UmweltActivation activation) {
#define BACKWARD(expression)                                            \
  EACH(count, vector y = load(output + i, left); (void)y;               \
       vector g = load(gradient + i, left); store(result + i, expression, left);)
  switch (activation) {
    case UmweltActivationNone: BACKWARD(g); break;
    case UmweltActivationReLU: BACKWARD(choose(y > (vector)0.0f, g, (vector)0.0f)); break;
    case UmweltActivationTanh: BACKWARD(g * (1.0f - y * y)); break;
    case UmweltActivationSigmoid: BACKWARD(g * (y * (1.0f - y))); break;
  }
#undef BACKWARD
}

#define operand NAME(operand)
INLINE vector operand(const float *p, int64_t period, int64_t i, int64_t left) {
  return period == 1 ? (vector)*p : load(p + i, left);
}

#define binary_row NAME(binary_row)
INLINE void binary_row(UmweltBinary operation, const float *a, int64_t a_period, const float *b,
                       int64_t b_period, float *out, int64_t count) {
#define BINARY(expression)                                                               \
  EACH(count, vector x = operand(a, a_period, i, left); vector y = operand(b, b_period, i, left); \
       store(out + i, expression, left);)
  switch (operation) {
    case UmweltAdd: BINARY(x + y); break;
    case UmweltSubtract: BINARY(x - y); break;
    case UmweltMultiply: BINARY(x * y); break;
    case UmweltDivide: BINARY(x / y); break;
    case UmweltMaximum: BINARY(v_max(x, y)); break;
    case UmweltMinimum: BINARY(v_min(x, y)); break;
  }
#undef BINARY
}

static void NAME(binary)(UmweltBinary operation, const float *a, int64_t a_period, const float *b,
                         int64_t b_period, float *out, int64_t count) {
  int64_t row = count;
  if (a_period != 1 && a_period < row) row = a_period;
  if (b_period != 1 && b_period < row) row = b_period;
  for (int64_t start = 0; start < count; start += row)
    binary_row(operation, a_period == count ? a + start : a, a_period,
               b_period == count ? b + start : b, b_period, out + start, row);
}

static void NAME(unary)(UmweltUnary operation, const float *x, float *out, int64_t count) {
#define UNARY(expression) \
  EACH(count, vector v = load(x + i, left); store(out + i, expression, left);)
  switch (operation) {
    case UmweltNegate: UNARY(-v); break;
    case UmweltExp: UNARY(v_exp(v)); break;
    case UmweltLog: UNARY(v_log(v)); break;
    case UmweltTanh: UNARY(v_tanh(v)); break;
    case UmweltSigmoid: UNARY(v_sigmoid(v)); break;
    case UmweltReLU: UNARY(v_max(v, (vector)0.0f)); break;
    case UmweltSquare: UNARY(v * v); break;
    case UmweltSquareRoot: UNARY(__builtin_elementwise_sqrt(v)); break;
    case UmweltAbsolute: UNARY(__builtin_elementwise_abs(v)); break;
    case UmweltSoftplus: UNARY(v_softplus(v)); break;
  }
#undef UNARY
}

static void NAME(affine)(const float *x, float scale, float shift, float *out, int64_t count) {
  EACH(count, store(out + i, load(x + i, left) * scale + shift, left););
}

static void NAME(accumulate)(const float *x, float scale, float *out, int64_t count) {
  EACH(count, store(out + i, load(out + i, left) + load(x + i, left) * scale, left););
}

static void NAME(clamp_backward)(const float *x, const float *gradient, float low, float high,
                                 bool inward, float *out, int64_t count) {
  integers allowed = inward ? (integers)-1 : (integers)0;
  EACH(count, vector v = load(x + i, left); vector g = load(gradient + i, left);
       integers inside = (v >= (vector)low) & (v <= (vector)high);
       integers back = ((v > (vector)high) & (g > (vector)0.0f)) |
                       ((v < (vector)low) & (g < (vector)0.0f));
       store(out + i, choose(inside | (back & allowed), g, (vector)0.0f), left););
}

static void NAME(bytes_to_unit)(const uint8_t *bytes, float *out, int64_t count) {
  EACH(count, bytes16 b = 0; memcpy(&b, bytes + i, (size_t)left);
       store(out + i, __builtin_convertvector(b, vector) / 255.0f, left););
}

static void NAME(unit_to_bytes)(const float *x, uint8_t *out, int64_t count) {
  EACH(count, vector v = v_min(v_max(load(x + i, left), (vector)0.0f), (vector)1.0f);
       bytes16 b = __builtin_convertvector(__builtin_convertvector(v * 255.0f + 0.5f, integers), bytes16);
       memcpy(out + i, &b, (size_t)left););
}

#undef activate
#undef add_and_activate
#undef rows_of
#undef operand
#undef binary_row
