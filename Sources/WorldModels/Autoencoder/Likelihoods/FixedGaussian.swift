import Foundation
import Randomness
import Tensors

/// A Gaussian of a given σ about the decoder's output.
package struct FixedGaussian: Likelihood {
  /// The standard deviation, on the scale 0...1 of pixels.
  package let sigma: Float

  package init(sigma: Float) { self.sigma = sigma }

  package var activation: Activation { .sigmoid }

  var scale: Float { 0.5 / (sigma * sigma) }

  func constant(_ count: Int) -> Float {
    0.5 * log(2 * Float.pi * (sigma * sigma)) * Float(count)
  }

  package func negativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    let numbers = data.count / max(1, data.shape[0])
    return SumOfSquares().negativeLogs(of: data, decoded: decoded)
      .affine(scale: scale, shift: constant(numbers))
  }

  package func negativeLog(of data: Tensor, decoded: Tensor) -> Tensor {
    decoded.squaredError(to: data).affine(scale: scale, shift: constant(data.count))
  }

  package func mean(of decoded: Tensor) -> Tensor { decoded }

  package func sample(from decoded: Tensor, stream: inout RandomStream) -> Tensor {
    decoded + Tensor(normal: decoded.shape, stream: &stream) * sigma
  }
}
