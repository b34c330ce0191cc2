import CKernels

/// What the loss of proximal policy optimisation is made of, by the number of a sample.
package struct PolicySamples {
  /// What was chosen, where actions are choices.
  package var choices: UnsafePointer<Int32>
  /// What was drawn, `[sample, actions]`, where actions are rows.
  package var rows: UnsafePointer<Float>
  /// Its log probability when it was.
  package var logProbabilities: UnsafePointer<Float>
  /// How much better than expected it turned out.
  package var advantages: UnsafePointer<Float>
  /// What the value should have been.
  package var returns: UnsafePointer<Float>
  /// What the value of bonuses should have been; nil where there is none.
  package var bonusReturns: UnsafePointer<Float>?

  /// Names arrays.
  package init(
    choices: UnsafePointer<Int32>, rows: UnsafePointer<Float>,
    logProbabilities: UnsafePointer<Float>, advantages: UnsafePointer<Float>,
    returns: UnsafePointer<Float>, bonusReturns: UnsafePointer<Float>? = nil
  ) {
    (self.choices, self.rows, self.logProbabilities) = (choices, rows, logProbabilities)
    (self.advantages, self.returns, self.bonusReturns) = (advantages, returns, bonusReturns)
  }
}

/// The clipped loss: −min(r·a, clip(r)·a) − entropyWeight · entropy + valueWeight · (value − return)², and the last
/// term once more where bonuses have a value of their own.
///
/// - SeeAlso: J. Schulman et al., "Proximal Policy Optimization Algorithms" (2017), equation 9.
package struct PolicyLoss: Sendable {
  /// A ratio counts within 1 ± this.
  package var clip: Float
  /// Weight of the entropy.
  package var entropyWeight: Float
  /// Weight of the value's squared error.
  package var valueWeight: Float
  /// Taken off advantages.
  package var advantageMean: Float = 0
  /// Multiplied with the difference.
  package var advantageFactor: Float = 1
  /// 1 / the rows of the whole batch.
  package var scale: Float = 1

  /// A loss of these weights.
  package init(clip: Float, entropyWeight: Float, valueWeight: Float) {
    (self.clip, self.entropyWeight, self.valueWeight) = (clip, entropyWeight, valueWeight)
  }

  /// Writes the gradient by rows of outputs, and tells the sums over some samples.
  ///
  /// - Parameters:
  ///   - outputs: `[rows, heads.width]`.
  ///   - rows: of outputs.
  ///   - chosen: the numbers of the samples.
  ///   - places: the row of outputs of each sample; nil where they are as many, in the same order.
  ///   - logDeviations: `[actions]`, where actions are rows.
  ///   - deviationGradient: `[actions]`, written where actions are rows.
  ///   - gradient: `[rows, heads.width]`, written.
  package func evaluate(
    _ outputs: UnsafePointer<Float>, _ heads: PolicyHeads, rows: Int,
    chosen: UnsafeBufferPointer<Int32>, at places: UnsafePointer<Int32>?, of samples: PolicySamples,
    logDeviations: UnsafePointer<Float>,
    deviationGradient: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    guard let numbers = chosen.baseAddress else { return PolicySums() }
    precondition(
      heads.hasBonus == (samples.bonusReturns != nil),
      "PolicyLoss: give returns of bonuses where the heads have a value of them, and there alone")
    var loss = UmweltPolicyLoss(
      heads: heads.kernel(outputs, rows: rows), count: Int64(chosen.count), places: places,
      samples: numbers,
      log_probabilities: samples.logProbabilities, advantages: samples.advantages,
      returns: samples.returns, bonus_returns: samples.bonusReturns,
      advantage_mean: advantageMean, advantage_factor: advantageFactor,
      clip: clip, entropy_weight: entropyWeight, value_weight: valueWeight, scale: scale,
      gradient: gradient)
    var sums = UmweltPolicySums()
    if heads.areRows {
      umwelt_row_loss(&loss, samples.rows, logDeviations, deviationGradient, &sums)
    } else {
      umwelt_choice_loss(&loss, samples.choices, &sums)
    }
    return PolicySums(sums, rows: chosen.count)
  }
}

/// Sums over samples of what a loss consists of.
package struct PolicySums: Sendable, BitwiseCopyable {
  /// −min(r·a, clip(r)·a).
  package var policy = 0.0
  /// (value − return)².
  package var value = 0.0
  /// (value of bonuses − their return)².
  package var bonusValue = 0.0
  /// Of the choices, in nats.
  package var entropy = 0.0
  /// (r − 1) − log r: an estimate of the divergence from the policy that acted, in nats.
  package var divergence = 0.0
  /// Rows whose ratio lies outside of 1 ± clip.
  package var clipped = 0.0
  /// The greatest |r − 1|.
  package var farthest = 0.0
  /// Rows.
  package var rows = 0.0

  /// Nothing yet.
  package init() {}

  init(_ sums: UmweltPolicySums, rows: Int) {
    (policy, value, entropy) = (sums.policy, sums.value, sums.entropy)
    bonusValue = sums.bonus_value
    (divergence, clipped, farthest) = (sums.divergence, sums.clipped, sums.farthest)
    self.rows = Double(rows)
  }

  /// Takes in the sums over other rows.
  package mutating func add(_ other: PolicySums) {
    policy += other.policy
    value += other.value
    bonusValue += other.bonusValue
    entropy += other.entropy
    divergence += other.divergence
    clipped += other.clipped
    farthest = max(farthest, other.farthest)
    rows += other.rows
  }
}
