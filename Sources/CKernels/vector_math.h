// Sixteen floats at a time, in clang's vector extension; included once per instruction set (ISA).
// No fast-math: a lane computes the same bits wherever its element stands.

#ifndef UMWELT_VECTOR_TYPES
#define UMWELT_VECTOR_TYPES
enum { Lanes = 16 };
typedef float vector __attribute__((ext_vector_type(16)));
typedef int32_t integers __attribute__((ext_vector_type(16)));
typedef float loose_vector __attribute__((ext_vector_type(16), aligned(4)));
typedef uint8_t bytes16 __attribute__((ext_vector_type(16)));

#define INLINE static inline __attribute__((always_inline))

// Runs the statements for every sixteen elements from `i`, then for the `left` that remain.
#define EACH(count, ...)                          \
  do {                                            \
    int64_t i = 0;                                \
    for (; i + Lanes <= (count); i += Lanes) {    \
      const int64_t left = Lanes;                 \
      __VA_ARGS__                                 \
    }                                             \
    if (i < (count)) {                            \
      const int64_t left = (count) - i;           \
      __VA_ARGS__                                 \
    }                                             \
  } while (0)
#endif

#define NAME(name) JOIN(name, ISA)
#define load NAME(load)
#define store NAME(store)
#define total NAME(total)
#define choose NAME(choose)
#define v_exp NAME(v_exp)
#define v_log NAME(v_log)
#define v_tanh NAME(v_tanh)
#define v_sigmoid NAME(v_sigmoid)
#define v_softplus NAME(v_softplus)
#define v_max NAME(v_max)
#define v_min NAME(v_min)

INLINE vector load(const float *p, int64_t left) {
  if (left == Lanes) return *(const loose_vector *)p;
  vector v = 0;
  memcpy(&v, p, (size_t)left * sizeof(float));
  return v;
}

INLINE void store(float *p, vector v, int64_t left) {
  if (left == Lanes)
    *(loose_vector *)p = v;
  else
    memcpy(p, &v, (size_t)left * sizeof(float));
}

INLINE vector choose(integers mask, vector yes, vector no) {
  return (vector)(((integers)yes & mask) | ((integers)no & ~mask));
}

INLINE vector v_max(vector a, vector b) { return choose(a < b, b, a); }
INLINE vector v_min(vector a, vector b) { return choose(b < a, b, a); }

// The sum of the lanes, halving: the same order on every machine.
INLINE float total(vector v) {
  float lanes[Lanes];
  memcpy(lanes, &v, sizeof v);
  for (int width = Lanes / 2; width > 0; width /= 2)
    for (int lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];
  return lanes[0];
}

// e^x = 2^n · e^r with |r| ≤ ½ ln 2; polynomial of degree 7, error below 2 units in the last place.
INLINE vector v_exp(vector x) {
  vector bounded = v_min(v_max(x, (vector)-87.33654f), (vector)88.72283f);
  const vector magic = 12582912.0f;
  vector n = (bounded * 1.44269504f + magic) - magic;
  vector r = bounded - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  vector p = 1.9841270e-4f;
  p = p * r + 1.3888889e-3f;
  p = p * r + 8.3333333e-3f;
  p = p * r + 4.1666667e-2f;
  p = p * r + 1.6666667e-1f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  integers whole = __builtin_convertvector(n, integers);
  integers half = whole >> 1;
  vector result = p * (vector)((half + 127) << 23) * (vector)((whole - half + 127) << 23);
  result = choose(x < (vector)-87.33654f, (vector)0.0f, result);
  result = choose(x > (vector)88.72283f, (vector)__builtin_inff(), result);
  return choose(x == x, result, x);
}

// log x from the exponent and an atanh series in s = (m − 1) / (m + 1), |s| ≤ 0.1716.
INLINE vector v_log(vector x) {
  integers bits = (integers)x;
  integers exponent = ((bits - 0x3F3504F3) >> 23);
  vector m = (vector)(bits - (exponent << 23));
  vector e = __builtin_convertvector(exponent, vector);
  vector f = m - 1.0f;
  vector s = f / (m + 1.0f);
  vector z = s * s;
  vector p = 2.0f / 11.0f;
  p = p * z + 2.0f / 9.0f;
  p = p * z + 2.0f / 7.0f;
  p = p * z + 2.0f / 5.0f;
  p = p * z + 2.0f / 3.0f;
  vector h = 0.5f * f * f;
  // log m = f − h + s·(h + z·p), which is exact for m near 1.
  vector result = e * 0.693359375f + (f - (h - (s * (h + z * p) + e * -2.12194440e-4f)));
  result = choose(x < (vector)1.17549435e-38f, (vector)-__builtin_inff(), result);
  result = choose(x < (vector)0.0f, (vector)__builtin_nanf(""), result);
  result = choose(x > (vector)3.4e38f, x, result);
  return choose(x == x, result, x);
}

// tanh: an odd polynomial near 0, 1 − 2/(e^2x + 1) elsewhere.
INLINE vector v_tanh(vector x) {
  integers sign = (integers)x & (integers)INT32_MIN;
  vector a = (vector)((integers)x ^ sign);
  vector z = x * x;
  vector p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  vector small = x + x * z * p;
  vector large = 1.0f - 2.0f / (v_exp(a + a) + 1.0f);
  large = (vector)((integers)large | sign);
  return choose(x == x, choose(a < (vector)0.625f, small, large), x);
}

INLINE vector v_sigmoid(vector x) { return 1.0f / (1.0f + v_exp(-x)); }

INLINE vector v_softplus(vector x) {
  vector a = choose(x < (vector)0.0f, x, -x);
  return v_max(x, (vector)0.0f) + v_log(1.0f + v_exp(a));
}
