#pragma once
#include "umwelt_kernels.h"

/// The most components of a mixture.
enum { UmweltMostComponents = 32 };

/// The negative log likelihood of targets under mixtures of Gaussians, and its gradient.
///
/// A row of parameters is: logits [mixtures][latents] (shared: [mixtures]), means [mixtures][latents],
/// log standard deviations [mixtures][latents]. Log deviations are cut to [low, high]; beyond the
/// bounds only gradients that lead back flow.
typedef struct {
  int64_t rows;
  int64_t latents;
  int64_t mixtures;
  /// One mixture of all dimensions together in place of one a dimension.
  bool shared;
  float low;
  float high;
  /// [rows, …], `stride` floats from row to row.
  const float *parameters;
  int64_t stride;
  /// [rows, latents].
  const float *targets;
  /// [rows]; null for 1.
  const float *weights;
  /// The gradient of `scale` · loss, written where the parameters lie in a row; may be the parameters.
  float *gradient;
  float scale;
} UmweltMixture;

/// Σ weight · −log p(target) over rows, in nats.
double umwelt_mixture_loss(const UmweltMixture *mixture);

/// One column of predictions, its targets, and where its gradient goes.
typedef struct {
  int64_t rows;
  /// One prediction every `stride` floats.
  const float *predictions;
  int64_t stride;
  /// [rows].
  const float *targets;
  /// [rows]; null for 1.
  const float *weights;
  /// The gradient of `scale` · loss, one every `stride` floats; may be the predictions.
  float *gradient;
  float scale;
} UmweltColumn;

/// Σ weight · (prediction − target)².
double umwelt_reward_loss(const UmweltColumn *column);

/// Σ weight · (target ? positive_weight : 1) · −log p(target) of Bernoulli variables given by logits.
double umwelt_termination_loss(const UmweltColumn *column, float positive_weight);
