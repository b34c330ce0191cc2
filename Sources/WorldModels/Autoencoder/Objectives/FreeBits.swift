import Tensors

/// The divergence from the prior with a floor for each group of latents: Σ max(mean KL of the group, floor),
/// the mean taken over the batch.
///
/// A floor a group lets a latent that carries nothing be, where a floor for the sum lets others pay for it.
///
/// - SeeAlso: D. Kingma et al., "Improved Variational Inference with Inverse Autoregressive Flow" (2016), eq. 15.
package struct FreeBits: ObjectiveTerm {
  /// β.
  package let weight: Float
  /// Nats a latent number, or a code, may carry; a group's floor is so many times its size.
  package let nats: Float
  /// Latent numbers of a group; divides their number.
  package let groupSize: Int

  package init(weight: Float, nats: Float, groupSize: Int) {
    (self.weight, self.nats, self.groupSize) = (weight, nats, groupSize)
  }

  package var isOfBatch: Bool { true }

  package func parts(of posterior: Posterior) -> [WeightedPart] {
    precondition(
      groupSize >= 1 && posterior.parts.isMultiple(of: groupSize),
      "FreeBits: groups of \(groupSize) latents of \(posterior.parts); give a divisor")
    let groups = posterior.meanDivergenceByPart
      .reshaped(to: [posterior.parts / groupSize, groupSize]).sum(axis: 1)
    let floored = groups.clamped(to: nats * Float(groupSize)...Float.infinity).sum()
    return [
      WeightedPart(name: "effectiveKL", weight: weight, total: floored * Float(posterior.count))
    ]
  }
}
