// Choices and rows of numbers drawn by an actor, and PPO's loss on them; see umwelt_policy.h.

#define exponential NAME(exponential)
#define logarithm NAME(logarithm)
static float exponential(float x) { return v_exp((vector)x)[0]; }
static float logarithm(float x) { return v_log((vector)x)[0]; }

// What is to be taken off logits so that they become logarithms of probabilities.
#define log_normaliser NAME(log_normaliser)
INLINE float log_normaliser(const float *logits, int64_t count) {
  float greatest = logits[0];
  for (int64_t a = 1; a < count; a++) greatest = logits[a] > greatest ? logits[a] : greatest;
  float sum = 0;
  EACH(count, vector terms = v_exp(load(logits + i, left) - greatest);
       for (int64_t lane = 0; lane < left; lane++) sum += terms[lane];);
  return greatest + logarithm(sum);
}

static void NAME(draw_choices)(const UmweltHeads *heads, const float *points, int32_t *choices,
                               float *log_probabilities) {
  for (int64_t r = 0; r < heads->rows; r++) {
    const float *logits = heads->numbers + r * heads->width;
    float normaliser = log_normaliser(logits, heads->actions);
    float rest = points[r];
    int32_t chosen = -1, greatest = 0;
    for (int64_t a = 0; a < heads->actions && chosen < 0; a++) {
      if (logits[a] > logits[greatest]) greatest = (int32_t)a;
      rest -= exponential(logits[a] - normaliser);
      if (rest < 0) chosen = (int32_t)a;
    }
    if (chosen < 0) chosen = greatest;
    choices[r] = chosen;
    log_probabilities[r] = logits[chosen] - normaliser;
  }
}

// The log density of a row of normal numbers around means.
#define log_density NAME(log_density)
INLINE float log_density(const float *row, const float *means, const float *log_deviations,
                         int64_t count) {
  float sum = 0;
  for (int64_t a = 0; a < count; a++) {
    float z = (row[a] - means[a]) * exponential(-log_deviations[a]);
    sum -= 0.5f * z * z + log_deviations[a] + 0.91893853f;
  }
  return sum;
}

static void NAME(draw_rows)(const UmweltHeads *heads, const float *log_deviations, const float *noise,
                            float *rows, float *log_probabilities) {
  int64_t count = heads->actions;
  for (int64_t r = 0; r < heads->rows; r++) {
    const float *means = heads->numbers + r * heads->width;
    float *row = rows + r * count;
    for (int64_t a = 0; a < count; a++)
      row[a] = means[a] + exponential(log_deviations[a]) * noise[r * count + a];
    log_probabilities[r] = log_density(row, means, log_deviations, count);
  }
}

// The part of a row's loss that depends on its probability alone; returns the derivative by its logarithm.
#define surrogate NAME(surrogate)
INLINE float surrogate(const UmweltPolicyLoss *loss, int32_t sample, float log_probability,
                       UmweltPolicySums *total) {
  float change = log_probability - loss->log_probabilities[sample];
  float ratio = exponential(change);
  float advantage = (loss->advantages[sample] - loss->advantage_mean) * loss->advantage_factor;
  float low = 1 - loss->clip, high = 1 + loss->clip;
  float bounded = ratio < low ? low : ratio > high ? high : ratio;
  bool counts = advantage >= 0 ? ratio <= high : ratio >= low;
  total->policy -= (double)((counts ? ratio : bounded) * advantage);
  total->divergence += (double)(ratio - 1 - change);
  total->clipped += ratio != bounded;
  double far = ratio < 1 ? 1.0 - ratio : ratio - 1.0;
  if (far > total->farthest) total->farthest = far;
  return counts ? -advantage * ratio * loss->scale : 0;
}

// The values' part.
#define value_loss NAME(value_loss)
INLINE void value_loss(const UmweltPolicyLoss *loss, int32_t sample, const float *head, float *gradient,
                       UmweltPolicySums *total) {
  int64_t at = loss->heads.value_place;
  float error = head[at] - loss->returns[sample];
  gradient[at] += 2 * loss->value_weight * loss->scale * error;
  total->value += (double)error * error;
  if (!loss->bonus_returns) return;
  float bonus_error = head[at + 1] - loss->bonus_returns[sample];
  gradient[at + 1] += 2 * loss->value_weight * loss->scale * bonus_error;
  total->bonus_value += (double)bonus_error * bonus_error;
}

static void NAME(choice_loss)(const UmweltPolicyLoss *loss, const int32_t *choices,
                              UmweltPolicySums *sums) {
  const UmweltHeads *heads = &loss->heads;
  UmweltPolicySums total = {0};
  memset(loss->gradient, 0, (size_t)(heads->rows * heads->width) * sizeof(float));
  for (int64_t s = 0; s < loss->count; s++) {
    int64_t r = loss->places ? loss->places[s] : s;
    const float *logits = heads->numbers + r * heads->width;
    float *gradient = loss->gradient + r * heads->width;
    int32_t sample = loss->samples[s], choice = choices[sample];
    float normaliser = log_normaliser(logits, heads->actions);
    float by_choice = surrogate(loss, sample, logits[choice] - normaliser, &total);
    float entropy = 0;
    EACH(heads->actions, vector logs = load(logits + i, left) - normaliser;
         vector parts = v_exp(logs) * logs;
         for (int64_t lane = 0; lane < left; lane++) entropy -= parts[lane];);
    EACH(heads->actions, vector logs = load(logits + i, left) - normaliser; vector p = v_exp(logs);
         vector by_logits =
             p * ((logs + entropy) * (loss->entropy_weight * loss->scale) - by_choice);
         store(gradient + i, load(gradient + i, left) + by_logits, left););
    gradient[choice] += by_choice;
    total.entropy += entropy;
    value_loss(loss, sample, logits, gradient, &total);
  }
  *sums = total;
}

static void NAME(row_loss)(const UmweltPolicyLoss *loss, const float *rows, const float *log_deviations,
                           float *deviation_gradient, UmweltPolicySums *sums) {
  const UmweltHeads *heads = &loss->heads;
  UmweltPolicySums total = {0};
  float entropy = 0;
  for (int64_t a = 0; a < heads->actions; a++) {
    entropy += log_deviations[a] + 1.41893853f;
    deviation_gradient[a] = 0;
  }
  memset(loss->gradient, 0, (size_t)(heads->rows * heads->width) * sizeof(float));
  for (int64_t s = 0; s < loss->count; s++) {
    int64_t r = loss->places ? loss->places[s] : s;
    const float *means = heads->numbers + r * heads->width;
    float *gradient = loss->gradient + r * heads->width;
    int32_t sample = loss->samples[s];
    const float *row = rows + sample * heads->actions;
    float by_row =
        surrogate(loss, sample, log_density(row, means, log_deviations, heads->actions), &total);
    for (int64_t a = 0; a < heads->actions; a++) {
      float inverse = exponential(-log_deviations[a]), z = (row[a] - means[a]) * inverse;
      gradient[a] += by_row * z * inverse;
      deviation_gradient[a] += by_row * (z * z - 1) - loss->entropy_weight * loss->scale;
    }
    total.entropy += entropy;
    value_loss(loss, sample, means, gradient, &total);
  }
  *sums = total;
}

#undef exponential
#undef logarithm
#undef log_normaliser
#undef log_density
#undef surrogate
#undef value_loss
