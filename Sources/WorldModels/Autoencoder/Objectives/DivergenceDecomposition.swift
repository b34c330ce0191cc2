import Foundation
import Tensors

/// The divergence cut into three, each with its weight: what latents tell about their frame, what they tell
/// about each other (total correlation), and how far each alone is from the prior.
///
/// The density of all latents is that of the batch's mixture, (1/n) Σ q(z | frame), so the three add up to
/// log q(z | frame) − log p(z), a draw of KL. Chen et al. weigh the mixture by 1/(N·n) for N frames in the
/// data; that adds constants to the parts, no gradient. What is told here is at most log n.
///
/// - SeeAlso: R. Chen et al., "Isolating Sources of Disentanglement in VAEs" (2018), eq. 2 and 4, appendix C.1.
package struct DivergenceDecomposition: ObjectiveTerm {
  /// Weight of the information about the frame.
  package let informationWeight: Float
  /// Weight of the total correlation.
  package let correlationWeight: Float
  /// Weight of the divergence of each latent alone.
  package let dimensionWeight: Float

  package init(information: Float, correlation: Float, dimensions: Float) {
    (informationWeight, correlationWeight) = (information, correlation)
    dimensionWeight = dimensions
  }

  package var isOfBatch: Bool { true }

  package func parts(of posterior: Posterior) -> [WeightedPart] {
    let (joint, marginals) = mixture(posterior)
    let normal = log(2 * Float.pi)
    let own = (posterior.noise.square() + posterior.logVariance + normal).sum(axis: 1) * -0.5
    let prior = (posterior.latents.square() + normal).sum(axis: 1) * -0.5
    return [
      WeightedPart(name: "information", weight: informationWeight, total: (own - joint).sum()),
      WeightedPart(
        name: "totalCorrelation", weight: correlationWeight, total: (joint - marginals).sum()),
      WeightedPart(name: "dimensionKL", weight: dimensionWeight, total: (marginals - prior).sum()),
    ]
  }

  /// Log densities of every latent in the batch's mixture, and in the product of its margins.
  private func mixture(_ posterior: Posterior) -> (joint: Tensor, marginals: Tensor) {
    let (count, size) = (posterior.count, posterior.parts)
    let drawn = posterior.latents.gathered(rows: (0..<count * count).map { $0 / count })
      .reshaped(to: [count, count, size])
    // [latent drawn, frame, dimension].
    let scaled = (drawn - posterior.mean).square() * (-posterior.logVariance).exp()
    let logs = (scaled + posterior.logVariance + log(2 * Float.pi)) * -0.5
    let share = log(Float(count))
    let joint = logs.sum(axis: 2).logSumExp() - share
    let marginals = (logs.transposed([0, 2, 1]).logSumExp() - share).sum(axis: 1)
    return (joint, marginals)
  }
}
