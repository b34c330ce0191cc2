import Foundation
import Randomness
import Tensors

/// What a decoder's output says about data: a distribution for each number of a frame, or of its cells.
///
/// Everything is in nats, up to the constants that `SumOfSquares` leaves out, and summed over the numbers
/// of an example. Data and output have the examples as their first axis.
package protocol Likelihood {
  /// Numbers that the decoder gives for each number of a frame.
  var outputsPerNumber: Int { get }
  /// What follows the decoder's last layer.
  var activation: Activation { get }
  /// −log p of each example, `[batch]`; no gradient flows to the data.
  func negativeLogs(of data: Tensor, decoded: Tensor) -> Tensor
  /// −log p of each example by several outputs, `[batch · samples]`; an example's outputs lie together.
  func negativeLogs(of data: Tensor, decoded: Tensor, samples: Int) -> Tensor
  /// −log p of all examples together, a scalar.
  func negativeLog(of data: Tensor, decoded: Tensor) -> Tensor
  /// What −log p is on average over data drawn from the distribution, `[batch]`.
  ///
  /// - Parameter data: of as many numbers; of counts their sums count, else only their shape.
  func expectedNegativeLogs(of data: Tensor, decoded: Tensor) -> Tensor
  /// The expected data.
  func mean(of decoded: Tensor) -> Tensor
  /// Data drawn from the distribution.
  func sample(from decoded: Tensor, stream: inout RandomStream) -> Tensor
  /// Writes what is expected of `count` numbers over the decoder's output for them: of categories the most
  /// probable one, of counts their shares.
  ///
  /// - Parameter perExample: how many of the numbers are an example's.
  func overwriteWithMean(_ decoded: UnsafeMutablePointer<Float>, count: Int, perExample: Int)
}

extension Likelihood {
  package var outputsPerNumber: Int { 1 }

  package func negativeLog(of data: Tensor, decoded: Tensor) -> Tensor {
    negativeLogs(of: data, decoded: decoded).sum()
  }

  package func negativeLogs(of data: Tensor, decoded: Tensor, samples: Int) -> Tensor {
    let rows = ImportanceWeightedBound.rows(frames: data.shape[0], samples: samples)
    return negativeLogs(of: data.gathered(rows: rows), decoded: decoded)
  }

  /// Of Gaussians: half a nat a number more than at the mean.
  package func expectedNegativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    let numbers = data.count / max(1, data.shape[0])
    return negativeLogs(of: mean(of: decoded), decoded: decoded) + 0.5 * Float(numbers)
  }

  package func overwriteWithMean(
    _ decoded: UnsafeMutablePointer<Float>, count: Int, perExample: Int
  ) {}
}

extension Tensor {
  /// The entropy of each row of logits, `[rows]`, in nats.
  var entropies: Tensor { logSumExp() - (softmax() * self).sum(axis: 1) }

  /// The sum over all axes but the first.
  var summedByExample: Tensor {
    guard shape.count > 1 else { return self }
    return reshaped(to: [shape[0], count / max(1, shape[0])]).sum(axis: 1)
  }

  /// Every element replaced by what `draw` makes of it.
  func drawn(_ stream: inout RandomStream, _ draw: (Float, inout RandomStream) -> Float) -> Tensor {
    var values = scalars
    for index in values.indices { values[index] = draw(values[index], &stream) }
    return Tensor(values, shape: shape)
  }
}
