import Tensors

/// The divergence from the prior, with World Models' floor: max(KL, floor) of each frame's whole latent.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018), and its `vae.py`, `kl_tolerance`; without a floor
///   I. Higgins et al., "β-VAE" (2017), eq. 4.
package struct FlooredDivergence: ObjectiveTerm {
  /// β.
  package let weight: Float
  /// Nats below which a frame's divergence has no gradient.
  package let floor: Float

  package init(weight: Float, floor: Float) { (self.weight, self.floor) = (weight, floor) }

  package var isOfBatch: Bool { false }

  package func parts(of posterior: Posterior) -> [WeightedPart] {
    let floored = posterior.divergences.clamped(to: floor...Float.infinity).sum()
    return [WeightedPart(name: "effectiveKL", weight: weight, total: floored)]
  }
}
