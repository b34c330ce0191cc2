import Foundation
import Randomness
import Tensors

/// A Gaussian whose σ, one for all numbers, is trained with the weights.
///
/// The parameter is log σ; it is bounded softly, so that σ stays above e⁻⁶ and the gradient never dies.
///
/// - SeeAlso: O. Rybkin, K. Daniilidis, S. Levine, "Simple and Effective VAE Training with Calibrated
///   Decoders" (2021), section 3.2.
package struct LearnedGaussian: Likelihood {
  /// The least log σ: a sixth of a level of 255.
  package static let lowest: Float = -6

  private let parameter: Tensor

  /// - Parameter logSigma: of one element, before the bound.
  package init(logSigma: Tensor) { parameter = logSigma }

  /// log σ, after the bound.
  package var logSigma: Tensor { (parameter - Self.lowest).softplus() + Self.lowest }

  /// σ.
  package var sigma: Float { logSigma.detached.exp().scalar }

  /// The parameter of a σ above e⁻⁶.
  package static func parameter(of sigma: Float) -> Float {
    let above = log(Double(sigma)) - Double(lowest)
    return Float(above + log(-expm1(-above))) + lowest
  }

  package var activation: Activation { .sigmoid }

  package func negativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    let numbers = data.count / max(1, data.shape[0])
    return negativeLogs(
      squares: SumOfSquares().negativeLogs(of: data, decoded: decoded), numbers: numbers)
  }

  package func negativeLog(of data: Tensor, decoded: Tensor) -> Tensor {
    negativeLogs(squares: decoded.squaredError(to: data), numbers: data.count)
  }

  func negativeLogs(squares: Tensor, numbers: Int) -> Tensor {
    let (logSigma, half) = (logSigma.reshaped(to: []), 0.5 * Foundation.log(2 * Float.pi))
    return squares * ((logSigma * -2).exp() * 0.5) + (logSigma + half) * Float(numbers)
  }

  package func mean(of decoded: Tensor) -> Tensor { decoded }

  package func sample(from decoded: Tensor, stream: inout RandomStream) -> Tensor {
    decoded + Tensor(normal: decoded.shape, stream: &stream) * sigma
  }
}
