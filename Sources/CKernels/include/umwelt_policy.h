#pragma once
#include <stdint.h>

// What an actor draws, a choice or a row of numbers, and the loss of proximal policy optimisation on it. A
// row's bits depend on that row alone, so that a probability computed again is the same number.

/// Rows of outputs: the actor's, and at `value_place` the value of what is seen; behind it perhaps that of bonuses.
typedef struct {
  int64_t rows;
  /// Logits of so many choices, or means of so many components.
  int64_t actions;
  int64_t value_place;
  /// Floats from row to row.
  int64_t width;
  const float *numbers;
} UmweltHeads;

/// Draws a choice for each row by softmax's probabilities, which a point in 0..<1 cuts.
void umwelt_draw_choices(const UmweltHeads *heads, const float *points, int32_t *choices,
                         float *log_probabilities);

/// Draws a row of normal numbers for each row: mean + e^log_deviation · noise; rows and noise are [rows, actions].
void umwelt_draw_rows(const UmweltHeads *heads, const float *log_deviations, const float *noise,
                      float *rows, float *log_probabilities);

/// What the loss needs of some samples, of which several may have one row of outputs.
typedef struct {
  UmweltHeads heads;
  int64_t count;
  /// [count]: the row of outputs of each sample; null where they are as many, in the same order.
  const int32_t *places;
  /// [count]: the number of each sample, by which the following arrays are read.
  const int32_t *samples;
  const float *log_probabilities;
  const float *advantages;
  const float *returns;
  /// What the value of bonuses should have been; null where there is none.
  const float *bonus_returns;
  /// Advantages become (a − mean) · factor.
  float advantage_mean, advantage_factor;
  /// A ratio counts within 1 ± this.
  float clip;
  float entropy_weight, value_weight;
  /// 1 / the samples of the whole batch.
  float scale;
  /// [heads.rows, width], written: the loss's gradient by the heads.
  float *gradient;
} UmweltPolicyLoss;

/// Sums over samples.
typedef struct {
  double policy, value, entropy;
  /// (value of bonuses − their return)².
  double bonus_value;
  /// (ratio − 1) − log ratio.
  double divergence;
  /// Samples whose ratio lies outside of 1 ± clip.
  double clipped;
  /// The greatest |ratio − 1|.
  double farthest;
} UmweltPolicySums;

/// The clipped loss of PPO: −min(r·a, clip(r)·a) − entropy_weight · entropy + value_weight · (value − return)².
///
/// The last term counts once more for the value of bonuses, where it has returns. Choices are read by sample.
void umwelt_choice_loss(const UmweltPolicyLoss *loss, const int32_t *choices, UmweltPolicySums *sums);

/// The same on rows of numbers, [sample, actions]; `deviation_gradient`, [actions], is written.
void umwelt_row_loss(const UmweltPolicyLoss *loss, const float *rows, const float *log_deviations,
                     float *deviation_gradient, UmweltPolicySums *sums);
