import CKernels

/// A mixture output with frozen weights, from which rows sample; for any thread.
///
/// Only the chosen components' means and deviations are computed. A row's bits do not depend on the
/// rows computed with it.
package final class FrozenMixture: @unchecked Sendable {
  /// Dimensions, components and the rest of an output's shape.
  package struct Shape: Sendable {
    /// Dimensions of what is sampled.
    package var latents: Int
    /// Components of a mixture.
    package var mixtures: Int
    /// Whether one mixture describes all dimensions together.
    package var isShared: Bool
    /// Bounds of log standard deviations.
    package var logSigma: ClosedRange<Float>
    /// Whether a column predicts the reward.
    package var hasReward: Bool
    /// Whether the last column predicts termination, as a logit.
    package var hasTermination: Bool

    /// Creates a shape.
    package init(
      latents: Int, mixtures: Int, isShared: Bool, logSigma: ClosedRange<Float>, hasReward: Bool,
      hasTermination: Bool
    ) {
      self.latents = latents
      self.mixtures = mixtures
      self.isShared = isShared
      self.logSigma = logSigma
      self.hasReward = hasReward
      self.hasTermination = hasTermination
    }

    /// Columns of mixture logits.
    package var logits: Int { isShared ? mixtures : mixtures * latents }
    /// All columns: logits, means, log deviations, reward, termination.
    package var columns: Int {
      logits + 2 * mixtures * latents + (hasReward ? 1 : 0) + (hasTermination ? 1 : 0)
    }
  }

  /// What a sampling reads and writes beside the hidden state; rows write at their slots.
  package struct Draw {
    /// 1 / τ, by which logits are multiplied.
    package var inverseTemperature: Float
    /// √τ, by which noise is multiplied.
    package var noise: Float
    /// `[rows, latents]`: 64 random bits a dimension.
    package var words: UnsafePointer<UInt64>
    /// `[rows, logits]`, overwritten.
    package var logits: UnsafeMutablePointer<Float>
    /// `[slots, latents]`.
    package var latents: UnsafeMutablePointer<Float>
    /// `[slots]`, or nil.
    package var rewards: UnsafeMutablePointer<Float>?
    /// `[slots]`, or nil.
    package var terminations: UnsafeMutablePointer<Float>?

    /// Creates the description of a draw.
    package init(
      temperature: Float, words: UnsafePointer<UInt64>, logits: UnsafeMutablePointer<Float>,
      latents: UnsafeMutablePointer<Float>, rewards: UnsafeMutablePointer<Float>?,
      terminations: UnsafeMutablePointer<Float>?
    ) {
      inverseTemperature = 1 / temperature
      noise = temperature.squareRoot()
      self.words = words
      self.logits = logits
      self.latents = latents
      self.rewards = rewards
      self.terminations = terminations
    }
  }

  /// What the output describes.
  package let shape: Shape
  private let paddedHidden: Int
  private let weights: PackedMatrix
  private let bias: Storage
  private let pairs: Storage
  private let pairBias: Storage
  private let output: UmweltDreamOutput

  /// Packs weights.
  ///
  /// - Parameters:
  ///   - weight: `[hidden, columns]`.
  ///   - bias: `[columns]`.
  ///   - paddedHidden: the stride of hidden states, as `FrozenRecurrence` has it.
  package init(weight: Tensor, bias: Tensor, paddedHidden: Int, shape: Shape) {
    precondition(
      weight.shape == [weight.shape[0], shape.columns] && weight.shape[0] <= paddedHidden
        && bias.count == shape.columns && (1...UmweltDreamMixtures).contains(shape.mixtures),
      "FrozenMixture: weight \(weight.shape), bias \(bias.shape) for \(shape)")
    self.shape = shape
    self.paddedHidden = paddedHidden
    weights = PackedMatrix(weight.detached.resized(rows: paddedHidden))
    self.bias = bias.storage.copy()
    let components = shape.mixtures * shape.latents
    pairs = Storage(count: (components + 1) * 2 * paddedHidden)
    pairBias = Storage(count: (components + 1) * 2)
    output = UmweltDreamOutput(
      logit_weights: weights.pointer, logit_bias: UnsafePointer(self.bias.pointer),
      pairs: UnsafePointer(pairs.pointer), pair_bias: UnsafePointer(pairBias.pointer),
      hidden: Int64(paddedHidden), latents: Int64(shape.latents), mixtures: Int64(shape.mixtures),
      shares_mixture: shape.isShared, log_sigma_low: shape.logSigma.lowerBound,
      log_sigma_high: shape.logSigma.upperBound)
    for component in 0..<components {
      let mean = shape.logits + component
      copy(mean, to: 2 * component, weight, bias)
      copy(mean + components, to: 2 * component + 1, weight, bias)
    }
    let heads = shape.logits + 2 * components
    copy(shape.hasReward ? heads : nil, to: 2 * components, weight, bias)
    copy(shape.hasTermination ? shape.columns - 1 : nil, to: 2 * components + 1, weight, bias)
  }

  /// Copies a column and its bias to a row of `pairs`; zeros for nil.
  private func copy(_ column: Int?, to row: Int, _ weight: Tensor, _ bias: Tensor) {
    for unit in 0..<paddedHidden {
      let isIn = unit < weight.shape[0]
      pairs.pointer[row * paddedHidden + unit] =
        column.map { isIn ? weight.pointer[unit * shape.columns + $0] : 0 } ?? 0
    }
    pairBias.pointer[row] = column.map { bias.pointer[$0] } ?? 0
  }

  /// Samples the next latents of rows.
  ///
  /// - Parameters:
  ///   - units: `[rows, paddedHidden]`.
  ///   - slots: each row's slot.
  package func sample(
    _ units: UnsafePointer<Float>, rows: Int, slots: UnsafePointer<Int32>, _ draw: Draw
  ) {
    var output = output
    var sample = UmweltDreamSample(
      inverse_temperature: draw.inverseTemperature, noise: draw.noise, words: draw.words,
      logits: draw.logits, latents: draw.latents, rewards: draw.rewards,
      terminations: draw.terminations)
    umwelt_dream_output(&output, units, Int64(rows), slots, &sample)
  }

  /// Writes everything that the output says, `[rows, columns]`, of hidden states `[rows, paddedHidden]`.
  package func outputs(
    _ units: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>
  ) {
    weights.multiply(
      units, stride: paddedHidden, rows: rows, bias: UnsafePointer(bias.pointer), into: result,
      resultStride: shape.columns)
  }

  /// The standard normal numbers for which the upper halves of random words stand.
  package static func normals(of words: [UInt64]) -> [Float] {
    [Float](unsafeUninitializedCapacity: words.count) { buffer, count in
      if let start = buffer.baseAddress { umwelt_dream_normals(words, start, Int64(words.count)) }
      count = words.count
    }
  }
}
