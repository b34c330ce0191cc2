import Tensors

/// What the steps of sequences should be predicted as, time-major.
struct MemoryTargets {
  /// `[length · batch, latentSize]`.
  let latents: Tensor
  /// `[length · batch]`, where M predicts it.
  let rewards: Tensor?
  /// `[length · batch]`, 1 where the episode ends, where M predicts it.
  let terminations: Tensor?
  /// `[length · batch]`; nil for 1.
  let weights: Tensor?
}

/// The sums over steps that a training step reports.
struct MemoryTerms: BitwiseCopyable {
  /// Negative log likelihood of latents, in nats.
  var latents = 0.0
  /// Squared error of rewards.
  var rewards = 0.0
  /// Weighted negative log likelihood of terminations, in nats.
  var terminations = 0.0
}

extension Memory {
  /// The loss after hidden states: nats a dimension, and the heads', as means over the steps' weights.
  ///
  /// - Parameters:
  ///   - hidden: `[length, batch, hiddenSize]`.
  ///   - totalWeight: the sum of the weights over the whole batch.
  ///   - terms: receives the sums of the terms.
  func loss(
    after hidden: Tensor, to targets: MemoryTargets, totalWeight: Float, terms: inout MemoryTerms
  ) -> Tensor {
    let mean = 1 / totalWeight
    var heads: [MixtureHead] = []
    if let rewards = targets.rewards {
      heads.append(.squaredError(target: rewards, scale: mean * configuration.rewardWeight))
    }
    if let terminations = targets.terminations {
      heads.append(
        .bernoulli(
          target: terminations, positiveWeight: configuration.terminationWeight, scale: mean))
    }
    let rows = hidden.reshaped(to: [targets.latents.shape[0], configuration.hiddenSize])
    let loss = rows.mixtureLoss(
      weight: output.weight, bias: output.bias, to: targets.latents, layout: configuration.layout,
      heads: heads, weights: targets.weights, scale: mean / Float(configuration.latentSize))
    terms.latents = loss.mixture
    terms.rewards = targets.rewards == nil ? 0 : loss.heads[0]
    terms.terminations = targets.terminations == nil ? 0 : loss.heads[heads.count - 1]
    return loss.value
  }
}
