import Tensors

/// The squared maximum mean discrepancy between the latents of a batch and draws from the prior, a pure
/// number, without bias: with it latents as a whole follow the prior while each may tell more about its frame.
///
/// InfoVAE is (1 − α) · KL + (α + λ − 1) · MMD: `beta` is the first weight, this one's the second. The kernel
/// is Σ sC / (sC + ‖a − b‖²) with C = 2 · latentSize and s = 0.1, 0.2, 0.5, 1, 2, 5, 10.
///
/// - SeeAlso: S. Zhao, J. Song, S. Ermon, "InfoVAE" (2019), eq. 6; A. Gretton et al., "A Kernel Two-Sample
///   Test" (2012), eq. 3; the kernel is that of I. Tolstikhin et al., "Wasserstein Auto-Encoders" (2018).
package struct MaximumMeanDiscrepancy: ObjectiveTerm {
  /// The term's weight.
  package let weight: Float
  /// Draws from the prior, as many as frames and as wide as latents.
  package let prior: Tensor

  private static let scales: [Float] = [0.1, 0.2, 0.5, 1, 2, 5, 10]

  package init(weight: Float, prior: Tensor) { (self.weight, self.prior) = (weight, prior) }

  package var isOfBatch: Bool { true }

  package func parts(of posterior: Posterior) -> [WeightedPart] {
    let (latents, count) = (posterior.latents, Float(posterior.count))
    let pairs = max(1, count * (count - 1))
    let own = (kernels(latents, latents) + kernels(prior, prior)) / pairs
    // A draw beside itself is no pair: its kernel is 1 at every scale.
    let alone = 2 * count * Float(Self.scales.count) / pairs
    let across = kernels(latents, prior) * (2 / (count * Float(prior.shape[0])))
    return [WeightedPart(name: "mmd", weight: weight, total: (own - alone - across) * count)]
  }

  /// The kernel of all pairs of rows, summed.
  private func kernels(_ a: Tensor, _ b: Tensor) -> Tensor {
    let (rows, others, size) = (a.shape[0], b.shape[0], a.shape[1])
    let repeated = a.gathered(rows: (0..<rows * others).map { $0 / others })
      .reshaped(to: [rows, others, size])
    let distances = (repeated - b).square().sum(axis: 2)
    return Self.scales.reduce(Tensor(0)) { sum, scale in
      let width = scale * 2 * Float(size)
      return sum + (Tensor(width) / (distances + width)).sum()
    }
  }
}
