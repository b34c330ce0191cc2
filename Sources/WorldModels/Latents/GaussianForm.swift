import Foundation
import Randomness
import Tensors

/// Independent Gaussian numbers, drawn as mean + σ · noise; the prior is the standard normal.
///
/// - SeeAlso: D. Kingma, M. Welling, "Auto-Encoding Variational Bayes" (2014), section 3 and appendix B.
package struct GaussianForm: LatentForm {
  package let size: Int
  private let logVarianceRange: ClosedRange<Float>?

  package init(size: Int, logVarianceRange: ClosedRange<Float>? = nil) {
    (self.size, self.logVarianceRange) = (size, logVarianceRange)
  }

  package var parts: Int { size }
  package var heads: [LatentHead] {
    [
      LatentHead(name: "mean", outputs: size),
      LatentHead(name: "log_variance", outputs: size, range: logVarianceRange),
    ]
  }

  package func noise(rows: Int, stream: inout RandomStream) -> Tensor {
    Tensor(normal: [rows, size], stream: &stream)
  }

  package func posterior(_ outputs: [Tensor], noise: Tensor) -> Posterior {
    Posterior(mean: outputs[0], logVariance: outputs[1], noise: noise)
  }

  package func weighed(
    _ outputs: [Tensor], noise: Tensor
  ) -> (latents: Tensor, excess: Tensor) {
    let latents = outputs[0] + (outputs[1] * 0.5).exp() * noise
    // (z − mean) / σ is the noise itself, and both densities have the same constant.
    return (latents, (latents.square() - noise.square() - outputs[1]).sum(axis: 1) * 0.5)
  }

  package func settle(_ outputs: UnsafeMutablePointer<Float>) {}

  package func draw(
    _ latent: UnsafeMutableBufferPointer<Float>, logVariance: UnsafeBufferPointer<Float>,
    stream: inout RandomStream
  ) {
    for index in latent.indices {
      latent[index] += exp(logVariance[index] / 2) * Float(stream.standardNormal())
    }
  }

  package func divergences(
    of latent: UnsafeBufferPointer<Float>, logVariance: UnsafeBufferPointer<Float>
  ) -> [Double] {
    latent.indices.map { Self.divergence(Double(latent[$0]), Double(logVariance[$0])) }
  }

  /// KL of one number, in nats.
  private static func divergence(_ mean: Double, _ logVariance: Double) -> Double {
    0.5 * (mean * mean + exp(logVariance) - logVariance - 1)
  }

  package var prior: any Prior { StandardNormalPrior(latentSize: size) }
  package func places(of latent: [Float]) -> [Float] { latent }
  package func latent(at places: [Float]) -> [Float] { places }
  package var shownPlaces: [Double] { (-4...4).map { Double($0) * 0.75 } }
}
