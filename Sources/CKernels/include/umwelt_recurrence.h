#pragma once
#include "umwelt_packed.h"

// A long short-term memory, step by step (Hochreiter and Schmidhuber, 1997; gates as PyTorch has them):
//   i, f, o = sigmoid(·), g = tanh(·) of bias + x · Wx + h · Wh;   c' = f · c + i · g;   h' = o · tanh(c').
// Every sum runs over inputs, then over hidden units, in ascending order in one accumulator: a row's
// bits do not depend on how many rows are computed together.
//
// Weights are packed as umwelt_packed.h says. For a step the panels are those of input, forget, cell and
// output gate of 16 hidden units, then those of the next 16 units.

/// The number of floats of a step's packed weights.
int64_t umwelt_lstm_packed_count(int64_t inner, int64_t hidden);

/// Packs Wx or Wh, [inner, 4 · hidden] with the gates i, f, g, o beside each other; with inner 1, the bias.
void umwelt_lstm_pack(const float *weight, int64_t inner, int64_t hidden, float *packed);

/// One step of `rows` sequences. Outputs must not overlap inputs.
typedef struct {
  int64_t rows;
  int64_t inputs;
  int64_t hidden;
  /// [rows, inputs], `x_stride` floats from row to row.
  const float *x;
  int64_t x_stride;
  /// [rows, hidden] before the step; null for zeros.
  const float *h;
  /// [rows, hidden] before the step; null for zeros.
  const float *c;
  /// Wx, Wh and the bias, packed.
  const float *input_weight;
  const float *recurrent_weight;
  const float *bias;
  /// i, f, g, o after their activations, [rows, 4 · hidden], for the backward step; or null.
  float *gates;
  /// [rows, hidden] after the step.
  float *next_h;
  float *next_c;
} UmweltLSTMStep;

/// Takes one step.
void umwelt_lstm_step(const UmweltLSTMStep *step);

/// The gradients of one step of `rows` sequences, last step first.
typedef struct {
  int64_t rows;
  int64_t hidden;
  /// The gradients by the gates of the step after this one, [rows, 4 · hidden]; null for the last step.
  const float *later_gates;
  /// 0 for rows whose later step started anew, else 1; null for all 1.
  const float *later_keeps;
  /// The transpose of Wh, [4 · hidden, hidden], packed by `umwelt_pack_matrix`.
  const float *transpose;
  /// The gradient by this step's h from elsewhere, [rows, hidden].
  const float *h_gradient;
  /// The cell before and after this step, [rows, hidden]; null before for zeros.
  const float *c;
  const float *next_c;
  /// In: i, f, g, o of this step. Out: the gradients by what their activations were applied to.
  float *gates;
  /// In: the gradient by the cell after this step. Out: by the cell before it. [rows, hidden]
  float *c_gradient;
  /// The sum of the gates' gradients over rows is added to this, [4 · hidden].
  float *bias_gradient;
} UmweltLSTMBackwardStep;

/// Takes one step backward.
void umwelt_lstm_step_backward(const UmweltLSTMBackwardStep *step);
