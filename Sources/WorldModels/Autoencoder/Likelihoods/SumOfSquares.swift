import Randomness
import Tensors

/// World Models' loss: Σ (x − y)², a Gaussian's of σ = √½ without its constant.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018), and its `vae.py`.
package struct SumOfSquares: Likelihood {
  /// The σ of the Gaussian whose −log p this is, but for the constant.
  static let sigma = Float(0.5).squareRoot()

  package init() {}

  package var activation: Activation { .sigmoid }

  package func negativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    negativeLogsByNumber(of: data, decoded: decoded).summedByExample
  }

  package func negativeLog(of data: Tensor, decoded: Tensor) -> Tensor {
    decoded.squaredError(to: data)
  }

  package func mean(of decoded: Tensor) -> Tensor { decoded }

  package func sample(from decoded: Tensor, stream: inout RandomStream) -> Tensor {
    decoded + Tensor(normal: decoded.shape, stream: &stream) * Self.sigma
  }
}
