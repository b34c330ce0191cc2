import Foundation
import Tensors

/// weight · |KL − C|, KL the batch's mean: latents are held to carry C nats, more and more of them.
///
/// - SeeAlso: C. Burgess et al., "Understanding disentangling in β-VAE" (2018), eq. 8.
package struct ControlledCapacity: ObjectiveTerm {
  /// γ.
  package let weight: Float
  /// C, in nats.
  package let capacity: Float

  package init(weight: Float, capacity: Float) { (self.weight, self.capacity) = (weight, capacity) }

  package var isOfBatch: Bool { true }

  package func parts(of posterior: Posterior) -> [WeightedPart] {
    let gap = posterior.divergences.mean() - capacity
    // The derivative of |x|, and at 0 none.
    let sign: Float = gap.scalar > 0 ? 1 : gap.scalar < 0 ? -1 : 0
    let total = gap * (gap.scalar.isNaN ? .nan : sign * Float(posterior.count))
    return [WeightedPart(name: "capacityGap", weight: weight, total: total)]
  }

  /// C at a step: it rises evenly from 0.
  package static func capacity(_ last: Float, at step: Int, of steps: Int) -> Float {
    step >= steps ? last : last * Float(step) / Float(steps)
  }
}
