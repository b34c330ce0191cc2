// Gradients of losses, and the optimiser's step.

static void NAME(squared_error_backward)(const float *prediction, const float *target, float scale,
                                         float *out, int64_t count) {
  float twice = 2.0f * scale;
  EACH(count, store(out + i, twice * (load(prediction + i, left) - load(target + i, left)), left););
}

static void NAME(bernoulli_loss_backward)(const float *logits, const float *target, float scale,
                                          float *out, int64_t count) {
  EACH(count, vector error = v_sigmoid(load(logits + i, left)) - load(target + i, left);
       store(out + i, scale * error, left););
}

static void NAME(normal_kl_backward)(const float *mean, const float *log_variance,
                                     const float *gradient, float *mean_gradient,
                                     float *log_variance_gradient, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    float g = gradient[r];
    EACH(columns, int64_t at = r * columns + i;
         store(mean_gradient + at, g * load(mean + at, left), left);
         store(log_variance_gradient + at,
               (0.5f * g) * (v_exp(load(log_variance + at, left)) - 1.0f), left););
  }
}

static void NAME(adam)(float *parameter, float *first, float *second, const float *gradient,
                       float scale, float beta1, float beta2, float epsilon, float corrected_rate,
                       float corrected_root, int64_t count) {
  EACH(count, vector g = load(gradient + i, left) * scale;
       vector m = load(first + i, left); m = m + (g - m) * (1.0f - beta1);
       vector v = load(second + i, left) * beta2 + (1.0f - beta2) * (g * g);
       vector root = __builtin_elementwise_sqrt(v) / corrected_root + epsilon;
       store(first + i, m, left); store(second + i, v, left);
       store(parameter + i, load(parameter + i, left) - corrected_rate * (m / root), left););
}
