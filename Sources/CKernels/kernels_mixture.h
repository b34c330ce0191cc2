// Losses of the memory's outputs with their gradients; see umwelt_mixture.h.

#ifndef UMWELT_MIXTURE_TYPES
#define UMWELT_MIXTURE_TYPES
static const float HalfLogTwoPi = 0.918938533f;
#endif

// The reductions' own, which cuts off what lies beyond a row's end.
#define first_lanes NAME(first_lanes)

// log Σ exp of `count` vectors, lane by lane, and each one's share of the sum, in their place.
#define shares_of NAME(shares_of)
INLINE vector shares_of(vector *terms, int64_t count) {
  vector high = terms[0], sum = 0;
  for (int64_t k = 1; k < count; k++) high = v_max(high, terms[k]);
  for (int64_t k = 0; k < count; k++) sum += terms[k] = v_exp(terms[k] - high);
  vector inverse = 1.0f / sum;
  for (int64_t k = 0; k < count; k++) terms[k] *= inverse;
  return high + v_log(sum);
}

#define Component NAME(Component)
typedef struct {
  vector error;    // (target − mean) / σ
  vector inverse;  // 1 / σ
  vector raw;      // log σ before it is cut
  vector density;  // log N(target; mean, σ)
} Component;

#define component_of NAME(component_of)
INLINE Component component_of(const UmweltMixture *m, const float *means, const float *deviations,
                              vector target, int64_t left) {
  Component c;
  c.raw = load(deviations, left);
  vector cut = v_min(v_max(c.raw, (vector)m->low), (vector)m->high);
  c.inverse = v_exp(-cut);
  c.error = (target - load(means, left)) * c.inverse;
  c.density = -0.5f * c.error * c.error - cut - HalfLogTwoPi;
  return c;
}

#define store_gradients NAME(store_gradients)
INLINE void store_gradients(const UmweltMixture *m, const Component *c, vector weight, float *means,
                            float *deviations, int64_t left) {
  vector by_deviation = weight * (1.0f - c->error * c->error);
  integers outward = ((c->raw < (vector)m->low) & (by_deviation > (vector)0.0f)) |
                     ((c->raw > (vector)m->high) & (by_deviation < (vector)0.0f));
  store(means, -weight * c->error * c->inverse, left);
  store(deviations, choose(outward, (vector)0.0f, by_deviation), left);
}

// One mixture a dimension: sixteen dimensions at a time.
#define separate_row NAME(separate_row)
INLINE vector separate_row(const UmweltMixture *m, const float *row, const float *targets,
                           float *gradient, float scale, const int64_t mixtures) {
  const int64_t latents = m->latents, block = mixtures * latents;
  vector sum = 0;
  EACH(latents, vector logits[UmweltMostComponents]; vector joint[UmweltMostComponents];
       Component components[UmweltMostComponents]; vector target = load(targets + i, left);
       for (int64_t k = 0; k < mixtures; k++) {
         const float *at = row + k * latents + i;
         components[k] = component_of(m, at + block, at + 2 * block, target, left);
         logits[k] = load(at, left);
         joint[k] = logits[k] + components[k].density;
       }
       vector loss = shares_of(logits, mixtures) - shares_of(joint, mixtures);
       sum += first_lanes(loss, left);
       if (gradient) for (int64_t k = 0; k < mixtures; k++) {
         float *at = gradient + k * latents + i;
         store(at, scale * (logits[k] - joint[k]), left);
         store_gradients(m, components + k, scale * joint[k], at + block, at + 2 * block, left);
       });
  return sum;
}

// One mixture of all dimensions: a component's density is the product of its dimensions'.
#define shared_row NAME(shared_row)
INLINE vector shared_row(const UmweltMixture *m, const float *row, const float *targets,
                         float *gradient, float scale) {
  const int64_t latents = m->latents, mixtures = m->mixtures, block = mixtures * latents;
  vector logits[UmweltMostComponents];
  vector joint[UmweltMostComponents];
  for (int64_t k = 0; k < mixtures; k++) {
    const float *means = row + mixtures + k * latents;
    vector sum = 0;
    EACH(latents, Component c = component_of(m, means + i, means + block + i, load(targets + i, left), left);
         sum += first_lanes(c.density, left););
    logits[k] = row[k];
    joint[k] = row[k] + total(sum);
  }
  vector loss = shares_of(logits, mixtures) - shares_of(joint, mixtures);
  for (int64_t k = 0; gradient && k < mixtures; k++) {
    const float *means = row + mixtures + k * latents;
    float *to = gradient + mixtures + k * latents;
    EACH(latents, Component c = component_of(m, means + i, means + block + i, load(targets + i, left), left);
         store_gradients(m, &c, scale * joint[k], to + i, to + block + i, left););
    gradient[k] = scale * (logits[k][0] - joint[k][0]);
  }
  vector first = 0;
  first[0] = loss[0];
  return first;
}

#define clear_row NAME(clear_row)
INLINE void clear_row(const UmweltMixture *m, float *gradient) {
  int64_t logits = m->shared ? m->mixtures : m->mixtures * m->latents;
  memset(gradient, 0, (size_t)(logits + 2 * m->mixtures * m->latents) * sizeof(float));
}

static double NAME(mixture_loss)(const UmweltMixture *m) {
  double sum = 0;
  for (int64_t r = 0; r < m->rows; r++) {
    const float *row = m->parameters + r * m->stride, *targets = m->targets + r * m->latents;
    float *gradient = m->gradient ? m->gradient + r * m->stride : NULL;
    float weight = m->weights ? m->weights[r] : 1.0f;
    if (weight == 0) {
      if (gradient) clear_row(m, gradient);
      continue;
    }
    vector loss;
    if (m->shared) loss = shared_row(m, row, targets, gradient, m->scale * weight);
    else if (m->mixtures == 5) loss = separate_row(m, row, targets, gradient, m->scale * weight, 5);
    else loss = separate_row(m, row, targets, gradient, m->scale * weight, m->mixtures);
    sum += (double)(weight * total(loss));
  }
  return sum;
}

// Sixteen rows of a column at a time, gathered.
#define EACH_OF_COLUMN(c, ...)                                                            \
  double sum = 0;                                                                         \
  EACH(c->rows, float gathered[Lanes] = {0};                                              \
       for (int64_t n = 0; n < left; n++) gathered[n] = c->predictions[(i + n) * c->stride]; \
       vector x = load(gathered, Lanes); vector target = load(c->targets + i, left);      \
       vector weight = c->weights ? load(c->weights + i, left) : (vector)1.0f;            \
       vector loss; vector by_x; __VA_ARGS__                                              \
       loss = choose(weight == (vector)0.0f, (vector)0.0f, loss);                         \
       by_x = choose(weight == (vector)0.0f, (vector)0.0f, by_x);                         \
       sum += (double)total(first_lanes(loss, left));                                     \
       if (c->gradient) for (int64_t n = 0; n < left; n++)                                \
         c->gradient[(i + n) * c->stride] = by_x[n];);                                    \
  return sum

static double NAME(reward_loss)(const UmweltColumn *c) {
  EACH_OF_COLUMN(c, vector error = x - target; loss = weight * error * error;
                 by_x = (2.0f * c->scale) * weight * error;);
}

static double NAME(termination_loss)(const UmweltColumn *c, float positive_weight) {
  EACH_OF_COLUMN(c, weight *= 1.0f + (positive_weight - 1.0f) * target;
                 loss = weight * (v_softplus(x) - target * x);
                 by_x = c->scale * weight * (v_sigmoid(x) - target););
}

#undef EACH_OF_COLUMN
#undef first_lanes
#undef clear_row
#undef shares_of
#undef Component
#undef component_of
#undef store_gradients
#undef separate_row
#undef shared_row
