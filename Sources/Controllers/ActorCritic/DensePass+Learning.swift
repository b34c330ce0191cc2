import Tensors

extension DensePass: LearningPass {
  func goThrough(
    _ numbers: NetworkNumbers, _ segment: Segment, _ samples: UnsafeBufferPointer<Int32>,
    _ loss: SampleLoss, into sums: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    forward(numbers.flat, segment.observations, samples, merges: true)
    return goBack(numbers, samples, loss, into: sums)
  }

  /// Takes the loss's gradient back, of rows that went forward.
  func goBack(
    _ numbers: NetworkNumbers, _ samples: UnsafeBufferPointer<Int32>, _ loss: SampleLoss,
    into sums: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    let found = loss.evaluate(
      outputs, shape.heads, rows: count, samples: samples, at: places,
      deviationGradient: sums + max(0, shape.deviations - first.count), gradient: outputGradient)
    backward(numbers.transposes, into: sums)
    return found
  }

  func addFirstGradient(
    _ segment: Segment, columns: Range<Int>, to gradient: UnsafeMutablePointer<Float>
  ) {
    addFirstGradient(segment.observations.sparse, columns: columns, to: gradient)
  }
}
