import Foundation
import Randomness
import Tensors

/// A Gaussian whose σ, one for all numbers, is the best for the batch: the root of its mean squared error.
///
/// At the best σ the derivative by σ is 0, so the gradient of −log p is that of a Gaussian of this σ: it is
/// found first, over the whole batch, and then held.
///
/// - SeeAlso: O. Rybkin, K. Daniilidis, S. Levine, "Simple and Effective VAE Training with Calibrated
///   Decoders" (2021), section 3.3, eq. 6.
package struct OptimalGaussian: Likelihood {
  let gaussian: FixedGaussian

  /// - Parameter logSigma: of the batch.
  package init(logSigma: Float) { gaussian = FixedGaussian(sigma: exp(logSigma)) }

  /// The log of the σ under which a sum of squared errors is likeliest; never below `LearnedGaussian.lowest`,
  /// so that a perfect batch does not lead to an infinite density.
  ///
  /// - Parameter count: how many numbers were compared.
  package static func logSigma(squaredError: Double, count: Int) -> Float {
    max(LearnedGaussian.lowest, Float(0.5 * log(squaredError / Double(count))))
  }

  /// σ.
  package var sigma: Float { gaussian.sigma }

  package var activation: Activation { gaussian.activation }

  package func negativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    gaussian.negativeLogs(of: data, decoded: decoded)
  }

  package func negativeLog(of data: Tensor, decoded: Tensor) -> Tensor {
    gaussian.negativeLog(of: data, decoded: decoded)
  }

  package func mean(of decoded: Tensor) -> Tensor { decoded }

  package func sample(from decoded: Tensor, stream: inout RandomStream) -> Tensor {
    gaussian.sample(from: decoded, stream: &stream)
  }
}
