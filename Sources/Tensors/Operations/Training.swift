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
      EngineProfile.measure("Adam") {
        umwelt_adam(
          values + start, first + start, second + start, gradient.pointer + start, rates.scale,
          rates.beta1, rates.beta2, rates.epsilon, rates.correctedRate, rates.correctedRoot,
          Int64(count))
      }
    }
  }

  /// The sum of equal-shaped tensors, added in order, and Σ x² of it; equal bits for any thread count.
  ///
  /// - Precondition: at least one tensor, all of one shape.
  package static func sum(of terms: [Tensor]) -> (sum: Tensor, squares: Double) {
    precondition(
      terms.allSatisfy { $0.shape == terms[0].shape },
      "sum(of:): shapes \(terms.map(\.shape)); give equal shapes")
    let sum = Tensor(uninitialized: terms[0].shape)
    let products = terms.compactMap(\.storage.waiting)
    if terms.count > 1, products.count == terms.count, WaitingProduct.canJoin(products) {
      return (sum, sum.write(JoinedProduct(products), columns: products[0].columns))
    }
    let pointers = terms.map(\.pointer)
    let squares = squares(ofChunks: sum.count, chunkSize) { start, count in
      EngineProfile.measure("sums of the parts' gradients") {
        add(pointers, from: start, count, into: sum.mutablePointer + start)
      }
    }
    return (sum, squares)
  }

  /// Writes the sum of some elements; returns Σ x² of it.
  private static func add(
    _ terms: [UnsafePointer<Float>], from start: Int, _ count: Int,
    into sum: UnsafeMutablePointer<Float>
  ) -> Double {
    let size = Int64(count)
    if terms.count == 1 {
      sum.update(from: terms[0] + start, count: count)
    } else {
      umwelt_binary(UmweltAdd, terms[0] + start, size, terms[1] + start, size, sum, size)
    }
    for term in terms.dropFirst(2) { umwelt_accumulate(term + start, 1, sum, size) }
    return umwelt_sum_of_squares(sum, size)
  }

  /// Σ x², in double precision; equal bits for any thread count.
  package var sumOfSquares: Double {
    let pointer = pointer
    return Tensor.squares(ofChunks: count, chunkSize) { start, count in
      umwelt_sum_of_squares(pointer + start, Int64(count))
    }
  }

  /// Writes a product by bands of rows; returns Σ x².
  private func write(_ product: JoinedProduct, columns: Int) -> Double {
    let band = max(1, chunkSize / columns) * columns
    return Tensor.squares(ofChunks: count, band) { start, count in
      let rows = start / columns..<(start + count) / columns
      EngineProfile.measure(
        "weights' gradient of \(self.count / columns)×\(columns), all parts at once",
        matrixOperations: 2 * count * product.inner
      ) {
        product.compute(rows, into: mutablePointer + start)
      }
      return umwelt_sum_of_squares(mutablePointer + start, Int64(count))
    }
  }

  /// Runs `body` over chunks on the thread pool and adds up what it returns, in order.
  private static func squares(
    ofChunks count: Int, _ size: Int, _ body: (_ start: Int, _ count: Int) -> Double
  ) -> Double {
    let chunks = (count + size - 1) / size
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, chunks)) { parts in
      parallelFor(chunks) { chunk in
        parts[chunk] = body(chunk * size, min(size, count - chunk * size))
      }
      return parts.prefix(chunks).reduce(0, +)
    }
  }

  private mutating func uniquePointer() -> UnsafeMutablePointer<Float> {
    makeUnique()
    return storage.pointer
  }
}

/// Half a megabyte: what one pass leaves in a core's own cache, the next finds there.
private let chunkSize = 1 << 17

private func chunkCount(of count: Int) -> Int { (count + chunkSize - 1) / chunkSize }

/// Runs `body` over chunks of a fixed size, on the thread pool.
private func inChunks(of count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
  parallelFor(chunkCount(of: count)) { chunk in
    body(chunk * chunkSize, min(chunkSize, count - chunk * chunkSize))
  }
}
