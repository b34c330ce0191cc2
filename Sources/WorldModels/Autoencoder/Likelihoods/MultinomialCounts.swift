import Foundation
import Randomness
import Tensors

/// Counts of some kinds of things: so many draws with probabilities whose logits are the output.
///
/// Data are the counts, `[batch, kinds]`; their sum, the number of draws, is given, not predicted.
package struct MultinomialCounts: Likelihood {
  /// Draws of a sample; the data say their own.
  package let draws: Int

  package init(draws: Int = 1) {
    precondition(draws >= 0, "MultinomialCounts: \(draws) draws; give 0 or more")
    self.draws = draws
  }

  package var activation: Activation { .none }

  package func negativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    let counts = data.detached
    let normalised = decoded.logSumExp() * counts.sum(axis: 1)
    return normalised - (decoded * counts).sum(axis: 1) - arrangements(counts)
  }

  /// Of draws in the order of the data's, whose logarithm of orders is no matter of chance.
  package func expectedNegativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    decoded.entropies * data.detached.sum(axis: 1) - arrangements(data.detached)
  }

  /// log (n! / Π c!) of each example: in how many orders the same counts come about.
  private func arrangements(_ counts: Tensor) -> Tensor {
    let (values, kinds) = (counts.scalars.map(Double.init), counts.shape[1])
    let logs = stride(from: 0, to: values.count, by: kinds).map { start -> Float in
      let row = values[start..<start + kinds]
      return Float(row.reduce(lgamma(row.reduce(1, +))) { $0 - lgamma($1 + 1) })
    }
    return Tensor(logs, shape: [counts.shape[0]])
  }

  /// The probabilities times the draws.
  package func mean(of decoded: Tensor) -> Tensor { decoded.softmax() * Float(draws) }

  package func overwriteWithMean(
    _ decoded: UnsafeMutablePointer<Float>, count: Int, perExample: Int
  ) {
    for start in stride(from: 0, to: count, by: perExample) {
      let row = UnsafeMutableBufferPointer(start: decoded + start, count: perExample)
      let greatest = row.max() ?? 0
      var sum: Float = 0
      for index in row.indices {
        row[index] = exp(row[index] - greatest)
        sum += row[index]
      }
      for index in row.indices { row[index] /= sum }
    }
  }

  package func sample(from decoded: Tensor, stream: inout RandomStream) -> Tensor {
    let (shares, kinds) = (decoded.softmax().scalars, decoded.shape[1])
    var counts = [Float](repeating: 0, count: shares.count)
    for start in stride(from: 0, to: shares.count, by: kinds) {
      for _ in 0..<draws {
        let row = shares[start..<start + kinds].lazy.map(Double.init)
        counts[start + stream.place(weighted: row)] += 1
      }
    }
    return Tensor(counts, shape: decoded.shape)
  }
}
