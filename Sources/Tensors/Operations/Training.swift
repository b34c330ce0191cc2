import CKernels
import Threads

/// What one Adam step multiplies by; see `Adam` in Layers.
package struct AdamRates {
  /// What gradients are multiplied by first.
  package var scale: Float
  /// Decay of the first moment.
  package var beta1: Float
  /// Decay of the second moment.
  package var beta2: Float
  /// Added to the root of the second moment.
  package var epsilon: Float
  /// The learning rate over 1 − β1^t.
  package var correctedRate: Float
  /// √(1 − β2^t).
  package var correctedRoot: Float

  /// Creates the rates of one step.
  package init(
    scale: Float, beta1: Float, beta2: Float, epsilon: Float, correctedRate: Float,
    correctedRoot: Float
  ) {
    self.scale = scale
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.correctedRate = correctedRate
    self.correctedRoot = correctedRoot
  }
}

extension Tensor {
  /// Moves this parameter one Adam step, in place; equal bits for any thread count.
  package mutating func takeAdamStep(
    gradient: Tensor, firstMoment: inout Tensor, secondMoment: inout Tensor, _ rates: AdamRates
  ) {
    let (values, first, second) = (
      uniquePointer(), firstMoment.uniquePointer(), secondMoment.uniquePointer()
    )
    inChunks(of: count) { start, count in
      umwelt_adam(
        values + start, first + start, second + start, gradient.pointer + start, rates.scale,
        rates.beta1, rates.beta2, rates.epsilon, rates.correctedRate, rates.correctedRoot,
        Int64(count))
    }
  }

  /// The sum of equal-shaped tensors, added in order; equal bits for any thread count.
  ///
  /// - Precondition: at least one tensor, all of one shape.
  package static func sum(of terms: [Tensor]) -> Tensor {
    precondition(
      terms.allSatisfy { $0.shape == terms[0].shape },
      "sum(of:): shapes \(terms.map(\.shape)); give equal shapes")
    let sum = Tensor(uninitialized: terms[0].shape)
    inChunks(of: sum.count) { start, count in
      let to = sum.mutablePointer + start
      to.update(from: terms[0].pointer + start, count: count)
      for term in terms.dropFirst() {
        umwelt_accumulate(term.pointer + start, 1, to, Int64(count))
      }
    }
    return sum
  }

  /// Σ x², in double precision; equal bits for any thread count.
  package var sumOfSquares: Double {
    var parts = [Double](repeating: 0, count: chunkCount(of: count))
    parts.withUnsafeMutableBufferPointer { parts in
      inChunks(of: count) { start, count in
        parts[start / chunkSize] = umwelt_sum_of_squares(pointer + start, Int64(count))
      }
    }
    return parts.reduce(0, +)
  }

  private mutating func uniquePointer() -> UnsafeMutablePointer<Float> {
    makeUnique()
    return storage.pointer
  }
}

private let chunkSize = 1 << 18

private func chunkCount(of count: Int) -> Int { (count + chunkSize - 1) / chunkSize }

/// Runs `body` over chunks of a fixed size, on the thread pool.
private func inChunks(of count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
  parallelFor(chunkCount(of: count)) { chunk in
    body(chunk * chunkSize, min(chunkSize, count - chunk * chunkSize))
  }
}
