import Randomness
import Tensors

/// Every number is a Bernoulli variable, the decoder's output its logit; a number between 0 and 1 counts as
/// so many ones in so many draws.
///
/// - SeeAlso: D. Kingma, M. Welling, "Auto-Encoding Variational Bayes" (2014), appendix C.1.
package struct BernoulliPixels: Likelihood {
  package init() {}

  package var activation: Activation { .none }

  package func negativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    decoded.bernoulliLosses(to: data)
  }

  package func negativeLogs(of data: Tensor, decoded: Tensor, samples: Int) -> Tensor {
    decoded.bernoulliLosses(to: data)
  }

  package func negativeLog(of data: Tensor, decoded: Tensor) -> Tensor {
    decoded.bernoulliLoss(to: data)
  }

  package func expectedNegativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    negativeLogs(of: mean(of: decoded), decoded: decoded)
  }

  package func mean(of decoded: Tensor) -> Tensor { decoded.sigmoid() }

  package func sample(from decoded: Tensor, stream: inout RandomStream) -> Tensor {
    decoded.sigmoid().drawn(&stream) { $1.random() < Double($0) ? 1 : 0 }
  }

  package func overwriteWithMean(
    _ decoded: UnsafeMutablePointer<Float>, count: Int, perExample: Int
  ) {
    sigmoid(decoded, count)
  }
}
