#pragma once
#include <stdint.h>

// The choice among actions, and the loss of proximal policy optimisation on it. A row's bits depend on
// that row alone, so that a probability computed again is the same number.

/// Rows of outputs: the logits of the actions, and behind them, at `value_place`, the value of what is seen.
typedef struct {
  int64_t rows;
  int64_t actions;
  int64_t value_place;
  /// Floats from row to row.
  int64_t width;
  const float *heads;
} UmweltChoices;

/// Draws an action for each row by softmax's probabilities, which a point in 0..<1 cuts.
void umwelt_draw_actions(const UmweltChoices *choices, const float *points, int32_t *actions,
                   float *log_probabilities);

/// What the loss needs of some samples.
typedef struct {
  UmweltChoices choices;
  /// [rows]: the number of each row's sample, by which the following arrays are read.
  const int32_t *samples;
  const int32_t *actions;
  const float *log_probabilities;
  const float *advantages;
  const float *returns;
  /// Advantages become (a − mean) · factor.
  float advantage_mean, advantage_factor;
  /// A ratio counts within 1 ± this.
  float clip;
  float entropy_weight, value_weight;
  /// 1 / the rows of the whole batch.
  float scale;
  /// [rows, width], written: the loss's gradient by the heads.
  float *gradient;
} UmweltPolicyLoss;

/// Sums over rows.
typedef struct {
  double policy, value, entropy;
  /// (ratio − 1) − log ratio.
  double divergence;
  /// Rows whose ratio lies outside of 1 ± clip.
  double clipped;
  /// The greatest |ratio − 1|.
  double farthest;
} UmweltPolicySums;

/// The clipped loss of PPO: −min(r·a, clip(r)·a) − entropy_weight · entropy + value_weight · (value − return)².
void umwelt_policy_loss(const UmweltPolicyLoss *loss, UmweltPolicySums *sums);
