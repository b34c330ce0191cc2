// The choice among actions, and PPO's loss; see umwelt_policy.h.

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

static void NAME(draw_actions)(const UmweltChoices *choices, const float *points, int32_t *actions,
                               float *log_probabilities) {
  for (int64_t r = 0; r < choices->rows; r++) {
    const float *logits = choices->heads + r * choices->width;
    float normaliser = log_normaliser(logits, choices->actions);
    float rest = points[r];
    int32_t chosen = -1, greatest = 0;
    for (int64_t a = 0; a < choices->actions && chosen < 0; a++) {
      if (logits[a] > logits[greatest]) greatest = (int32_t)a;
      rest -= exponential(logits[a] - normaliser);
      if (rest < 0) chosen = (int32_t)a;
    }
    if (chosen < 0) chosen = greatest;
    actions[r] = chosen;
    log_probabilities[r] = logits[chosen] - normaliser;
  }
}

static void NAME(policy_loss)(const UmweltPolicyLoss *loss, UmweltPolicySums *sums) {
  const UmweltChoices *c = &loss->choices;
  UmweltPolicySums total = {0};
  for (int64_t r = 0; r < c->rows; r++) {
    const float *logits = c->heads + r * c->width;
    float *gradient = loss->gradient + r * c->width;
    int32_t sample = loss->samples[r], action = loss->actions[sample];
    float normaliser = log_normaliser(logits, c->actions);
    float change = logits[action] - normaliser - loss->log_probabilities[sample];
    float ratio = exponential(change);
    float advantage = (loss->advantages[sample] - loss->advantage_mean) * loss->advantage_factor;
    bool counts = advantage >= 0 ? ratio <= 1 + loss->clip : ratio >= 1 - loss->clip;
    float bounded = ratio < 1 - loss->clip ? 1 - loss->clip : ratio > 1 + loss->clip ? 1 + loss->clip : ratio;
    float by_action = counts ? -advantage * ratio * loss->scale : 0;
    float entropy = 0;
    memset(gradient, 0, (size_t)c->width * sizeof(float));
    EACH(c->actions, vector logs = load(logits + i, left) - normaliser;
         vector parts = v_exp(logs) * logs;
         for (int64_t lane = 0; lane < left; lane++) entropy -= parts[lane];);
    EACH(c->actions, vector logs = load(logits + i, left) - normaliser; vector p = v_exp(logs);
         store(gradient + i,
               p * ((logs + entropy) * (loss->entropy_weight * loss->scale) - by_action), left););
    gradient[action] += by_action;
    float error = logits[c->value_place] - loss->returns[sample];
    gradient[c->value_place] = 2 * loss->value_weight * loss->scale * error;
    total.policy -= counts ? ratio * advantage : bounded * advantage;
    total.value += (double)error * error;
    total.entropy += entropy;
    total.divergence += (double)(ratio - 1 - change);
    total.clipped += ratio != bounded;
    double far = ratio < 1 ? 1.0 - ratio : ratio - 1.0;
    if (far > total.farthest) total.farthest = far;
  }
  *sums = total;
}

#undef exponential
#undef logarithm
#undef log_normaliser
