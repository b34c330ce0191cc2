// A dream's step; see umwelt_dream.h.

#ifndef UMWELT_DREAM_TYPES
#define UMWELT_DREAM_TYPES
enum { DreamStrip = 4 * Lanes };
typedef uint64_t words16 __attribute__((ext_vector_type(16)));
typedef uint32_t unsigned16 __attribute__((ext_vector_type(16)));
#endif

// e^x for |x| ≤ 87, to two units in the last place; what is no number stays none.
#define bounded_exp NAME(bounded_exp)
INLINE vector bounded_exp(vector x) {
  vector shifted = x * 1.44269504f + 12582912.0f;
  vector n = shifted - 12582912.0f;
  vector r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  vector p = 1.3888889e-3f;
  p = p * r + 8.3333333e-3f;
  p = p * r + 4.1666667e-2f;
  p = p * r + 1.6666667e-1f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return (vector)((integers)p + ((integers)shifted << 23));
}

#define bounded NAME(bounded)
INLINE vector bounded(vector x, float low, float high) {
  return v_min(v_max(x, (vector)low), (vector)high);
}

// Sigmoids and tanh as fractions of exponentials, so that the cell and the unit cost one division each.
// Bounds of 28 keep products of three exponentials finite; sigmoid(28) is 1 − 7e-13.
#define advance_units NAME(advance_units)
INLINE void advance_units(const float *gates, float *cell, float *unit, float *copy) {
  vector input = 1.0f + bounded_exp(bounded(-load(gates, Lanes), -28.0f, 28.0f));
  vector forget = 1.0f + bounded_exp(bounded(-load(gates + Lanes, Lanes), -28.0f, 28.0f));
  vector candidate = bounded_exp(bounded(-2.0f * load(gates + 2 * Lanes, Lanes), -28.0f, 28.0f));
  vector output = 1.0f + bounded_exp(bounded(-load(gates + 3 * Lanes, Lanes), -28.0f, 28.0f));
  vector kept = input * (1.0f + candidate);
  vector c = (load(cell, Lanes) * kept + (1.0f - candidate) * forget) / (kept * forget);
  vector bend = bounded_exp(bounded(-2.0f * c, -28.0f, 28.0f));
  vector h = (1.0f - bend) / (output * (1.0f + bend));
  store(cell, c, Lanes);
  store(unit, h, Lanes);
  store(copy, h, Lanes);
}

static void NAME(dream_cell)(const UmweltDreamCell *cell, const float *x, int64_t first,
                             int64_t strips, int64_t rows, const int32_t *slots, float *cells,
                             float *units, float *next) {
  float gates[UmweltDreamRows * DreamStrip];
  int64_t group = rows <= 2 ? 2 : 1, width;
  for (int64_t strip = first; strip < first + strips; strip += group) {
    if (group > first + strips - strip) group = first + strips - strip;
    width = group * DreamStrip;
    NAME(packed_product)(x, cell->inner, cell->weights + strip * DreamStrip * cell->inner,
                         cell->bias + strip * DreamStrip, gates, width, rows, cell->inner, width,
                         false, UmweltActivationNone);
    for (int64_t row = 0; row < rows; row++)
      for (int64_t part = 0; part < group; part++) {
        int64_t unit = (strip + part) * Lanes, at = slots[row] * cell->hidden + unit;
        advance_units(gates + row * width + part * DreamStrip, cells + at, units + at,
                      next + row * cell->hidden + unit);
      }
  }
}

// Φ⁻¹ by two polynomials (own fits, relative error 6e-7) in w = −log(4p(1 − p)) and √w, times 1 − 2p:
// the tail's p from 23 bits, the sign from the topmost.
#define normal_of NAME(normal_of)
INLINE vector normal_of(unsigned16 bits) {
  integers sign = (integers)(bits & 0x80000000u);
  vector p = (__builtin_convertvector((bits >> 8) & 0x7FFFFFu, vector) + 0.5f) * 0x1p-24f;
  vector w = -v_log(4.0f * p * (1.0f - p));
  vector u = w - 2.5f;
  vector near = 4.64262834e-7f;
  near = near * u - 4.48881759e-6f;
  near = near * u - 5.97873696e-6f;
  near = near * u + 3.07204954e-4f;
  near = near * u - 1.77375958e-3f;
  near = near * u - 5.90576703e-3f;
  near = near * u + 3.48803248e-1f;
  near = near * u + 2.12331311f;
  u = __builtin_elementwise_sqrt(w) - 3.0f;
  vector far = 1.48842095e-3f;
  far = far * u - 5.05110177e-3f;
  far = far * u + 8.32290973e-3f;
  far = far * u - 1.08171915e-2f;
  far = far * u + 1.33146427e-2f;
  far = far * u + 1.41658291f;
  far = far * u + 4.00643528f;
  vector size = choose(w < (vector)5.0f, near, far) * (1.0f - 2.0f * p);
  return (vector)((integers)size ^ sign);
}

#define load_words NAME(load_words)
INLINE words16 load_words(const uint64_t *p, int64_t left) {
  words16 words = 0;
  if (left == Lanes)
    memcpy(&words, p, sizeof words);
  else
    memcpy(&words, p, (size_t)left * sizeof(uint64_t));
  return words;
}

#define lower_halves NAME(lower_halves)
#define upper_halves NAME(upper_halves)
INLINE unsigned16 lower_halves(words16 words) { return __builtin_convertvector(words, unsigned16); }
INLINE unsigned16 upper_halves(words16 words) {
  return __builtin_convertvector(words >> 32, unsigned16);
}

static void NAME(dream_normals)(const uint64_t *words, float *out, int64_t count) {
  EACH(count, store(out + i, normal_of(upper_halves(load_words(words + i, left))), left););
}

// The first component whose cumulative probability exceeds a uniform number of 24 bits. `step` is 0
// where all lanes share the mixture.
#define choose_components NAME(choose_components)
INLINE integers choose_components(const float *logits, int64_t step, int64_t left, int64_t mixtures,
                                  float inverse_temperature, unsigned16 bits) {
#define LOGIT(k) (step ? load(logits + (k) * step, left) : (vector)logits[k])
  vector sums[UmweltDreamMixtures], largest = LOGIT(0), sum = 0;
  for (int64_t k = 1; k < mixtures; k++) largest = v_max(largest, LOGIT(k));
  for (int64_t k = 0; k < mixtures; k++) {
    vector x = v_max((LOGIT(k) - largest) * inverse_temperature, (vector)-87.0f);
    sum = sum + bounded_exp(x);
    sums[k] = sum;
  }
#undef LOGIT
  vector wanted = __builtin_convertvector(bits >> 8, vector) * 0x1p-24f * sum;
  integers chosen = 0;
  for (int64_t k = 0; k + 1 < mixtures; k++) chosen -= sums[k] <= wanted;
  return chosen;
}

// Sums of neighbouring lanes: a's in the lower half, b's in the upper.
#define add_pairs NAME(add_pairs)
INLINE vector add_pairs(vector a, vector b) {
  return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) +
         __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

#define sums_of_rows NAME(sums_of_rows)
INLINE vector sums_of_rows(vector *rows) {
  for (int width = Lanes / 2; width > 0; width /= 2)
    for (int i = 0; i < width; i++) rows[i] = add_pairs(rows[2 * i], rows[2 * i + 1]);
  return rows[0];
}

// The products of `count` pairs of weight rows with the units, four pairs at a time.
#define dot_pairs NAME(dot_pairs)
INLINE void dot_pairs(const UmweltDreamOutput *o, const float *units, const int64_t *pair,
                      vector *first, vector *second) {
  const float *rows[4];
  vector a[4], b[4];
  UNROLL for (int i = 0; i < 4; i++) {
    rows[i] = o->pairs + pair[i] * 2 * o->hidden;
    a[i] = (vector)0.0f;
    b[i] = (vector)0.0f;
    a[i][0] = o->pair_bias[pair[i] * 2];
    b[i][0] = o->pair_bias[pair[i] * 2 + 1];
  }
  for (int64_t k = 0; k < o->hidden; k += Lanes) {
    vector h = *(const loose_vector *)(units + k);
    UNROLL for (int i = 0; i < 4; i++) {
      a[i] += h * *(const loose_vector *)(rows[i] + k);
      b[i] += h * *(const loose_vector *)(rows[i] + o->hidden + k);
    }
  }
  UNROLL for (int i = 0; i < 4; i++) {
    first[i] = a[i];
    second[i] = b[i];
  }
}

#define sample_latents NAME(sample_latents)
INLINE void sample_latents(const UmweltDreamOutput *o, const UmweltDreamSample *s,
                           const float *units, const float *logits, const uint64_t *words,
                           float *latents) {
  EACH(o->latents, int32_t chosen[Lanes]; int64_t pair[Lanes]; vector means[Lanes], sigmas[Lanes];
       words16 bits = load_words(words + i, left);
       unsigned16 component = o->shares_mixture ? (unsigned16)(uint32_t)words[0] : lower_halves(bits);
       integers k = choose_components(o->shares_mixture ? logits : logits + i,
                                      o->shares_mixture ? 0 : o->latents, left, o->mixtures,
                                      s->inverse_temperature, component);
       memcpy(chosen, &k, sizeof k);
       for (int j = 0; j < Lanes; j++)
         pair[j] = j < left ? chosen[j] * o->latents + i + j : 0;
       for (int j = 0; j < Lanes; j += 4)
         dot_pairs(o, units, pair + j, means + j, sigmas + j);
       vector mean = sums_of_rows(means);
       vector sigma = v_exp(bounded(sums_of_rows(sigmas), o->log_sigma_low, o->log_sigma_high));
       vector noise = normal_of(upper_halves(bits)) * s->noise;
       store(latents + i, mean + sigma * noise, left););
}

static void NAME(dream_output)(const UmweltDreamOutput *o, const float *next, int64_t rows,
                               const int32_t *slots, const UmweltDreamSample *s) {
  int64_t columns = o->shares_mixture ? o->mixtures : o->mixtures * o->latents;
  NAME(packed_product)(next, o->hidden, o->logit_weights, o->logit_bias, s->logits, columns, rows,
                       o->hidden, columns, false, UmweltActivationNone);
  for (int64_t row = 0; row < rows; row++) {
    const float *units = next + row * o->hidden;
    sample_latents(o, s, units, s->logits + row * columns, s->words + row * o->latents,
                   s->latents + slots[row] * o->latents);
    if (!s->rewards && !s->terminations) continue;
    int64_t last = o->mixtures * o->latents, pair[4] = {last, last, last, last};
    vector reward[4], termination[4];
    dot_pairs(o, units, pair, reward, termination);
    if (s->rewards) s->rewards[slots[row]] = total(reward[0]);
    if (s->terminations) s->terminations[slots[row]] = total(termination[0]);
  }
}

#undef bounded_exp
#undef bounded
#undef advance_units
#undef normal_of
#undef load_words
#undef lower_halves
#undef upper_halves
#undef choose_components
#undef add_pairs
#undef sums_of_rows
#undef dot_pairs
#undef sample_latents
