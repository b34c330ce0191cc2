import CKernels

/// Where the outputs of an actor and a critic stand: rows of logits, and the value behind them.
package struct ChoiceHeads: Sendable {
  /// Actions to choose among.
  package var actions: Int
  /// Where in a row the value stands.
  package var valuePlace: Int
  /// Floats of a row.
  package var width: Int

  /// Describes rows.
  package init(actions: Int, valuePlace: Int, width: Int) {
    (self.actions, self.valuePlace, self.width) = (actions, valuePlace, width)
  }

  fileprivate func kernel(_ heads: UnsafePointer<Float>, rows: Int) -> UmweltChoices {
    UmweltChoices(
      rows: Int64(rows), actions: Int64(actions), value_place: Int64(valuePlace),
      width: Int64(width), heads: heads)
  }

  /// Draws an action for each row by softmax's probabilities.
  ///
  /// - Parameters:
  ///   - heads: `[rows, width]`.
  ///   - points: `[rows]`, in 0..<1.
  ///   - actions: `[rows]`, written.
  ///   - logProbabilities: `[rows]`, written.
  package func draw(
    _ heads: UnsafePointer<Float>, rows: Int, points: UnsafePointer<Float>,
    actions: UnsafeMutablePointer<Int32>, logProbabilities: UnsafeMutablePointer<Float>
  ) {
    var choices = kernel(heads, rows: rows)
    umwelt_draw_actions(&choices, points, actions, logProbabilities)
  }
}

/// What the loss of proximal policy optimisation is made of, by the number of a sample.
package struct PolicySamples {
  /// What was chosen.
  package var actions: UnsafePointer<Int32>
  /// Its log probability when it was.
  package var logProbabilities: UnsafePointer<Float>
  /// How much better than expected it turned out.
  package var advantages: UnsafePointer<Float>
  /// What the value should have been.
  package var returns: UnsafePointer<Float>

  /// Names arrays.
  package init(
    actions: UnsafePointer<Int32>, logProbabilities: UnsafePointer<Float>,
    advantages: UnsafePointer<Float>, returns: UnsafePointer<Float>
  ) {
    (self.actions, self.logProbabilities) = (actions, logProbabilities)
    (self.advantages, self.returns) = (advantages, returns)
  }
}

/// The clipped loss: −min(r·a, clip(r)·a) − entropyWeight · entropy + valueWeight · (value − return)².
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

  /// Writes the gradient by the heads of some rows, and tells the sums over them.
  ///
  /// - Parameters:
  ///   - heads: `[rows, layout.width]`.
  ///   - chosen: `[rows]`, the sample of each row.
  ///   - gradient: `[rows, layout.width]`, written.
  package func evaluate(
    _ heads: UnsafePointer<Float>, _ layout: ChoiceHeads, rows: Int,
    chosen: UnsafePointer<Int32>, of samples: PolicySamples,
    gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    var loss = UmweltPolicyLoss(
      choices: layout.kernel(heads, rows: rows), samples: chosen, actions: samples.actions,
      log_probabilities: samples.logProbabilities, advantages: samples.advantages,
      returns: samples.returns, advantage_mean: advantageMean, advantage_factor: advantageFactor,
      clip: clip, entropy_weight: entropyWeight, value_weight: valueWeight, scale: scale,
      gradient: gradient)
    var sums = UmweltPolicySums()
    umwelt_policy_loss(&loss, &sums)
    return PolicySums(sums, rows: rows)
  }
}

/// Sums over rows of what a loss consists of.
package struct PolicySums: Sendable {
  /// −min(r·a, clip(r)·a).
  package var policy = 0.0
  /// (value − return)².
  package var value = 0.0
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
    (divergence, clipped, farthest) = (sums.divergence, sums.clipped, sums.farthest)
    self.rows = Double(rows)
  }

  /// Takes in the sums over other rows.
  package mutating func add(_ other: PolicySums) {
    policy += other.policy
    value += other.value
    entropy += other.entropy
    divergence += other.divergence
    clipped += other.clipped
    farthest = max(farthest, other.farthest)
    rows += other.rows
  }
}
