import Tensors

/// Fully connected networks of an actor and a critic with tanh between their layers, worked by hand.
///
/// A batch is cut into a fixed number of parts, whatever the machine; their gradients are added in their
/// order. Nothing is allocated once all sizes have been seen.
package final class DenseNetwork: ActorCriticNetwork {
  /// Sizes, and where numbers lie.
  package let shape: DenseShape
  /// The numbers of now.
  private var numbers: UnsafePointer<Float>?
  private let transposes: FloatBuffer
  private let acting: ActingWork<DensePass>
  private let learning: GradientWork?

  /// Rows of one piece of parallel work.
  private static let chunk = 16

  /// Makes networks; numbers are their owner's.
  ///
  /// - Parameters:
  ///   - rows: of a batch at most; 0 for networks that only act.
  ///   - microbatches: parts that a batch is cut into.
  package init(_ shape: DenseShape, rows: Int, microbatches: Int) {
    self.shape = shape
    transposes = FloatBuffer(zeros: shape.transposeCount)
    acting = ActingWork(chunk: Self.chunk, width: shape.heads.width) { DensePass(shape, rows: $0) }
    let most = (rows + microbatches - 1) / microbatches
    learning =
      rows == 0
      ? nil
      : GradientWork(
        shape.firstMatrix, shape.layout.count,
        (0..<microbatches).map { _ in DensePass(shape, rows: most) })
  }

  package var layout: ParameterLayout { shape.layout }
  package var heads: PolicyHeads { shape.heads }
  package var deviations: Int { shape.deviations }
  package var firstMatrix: (inputs: Int, columns: Int) { shape.firstMatrix }
  package var memoryWidth: Int { 0 }

  package func load(_ numbers: UnsafePointer<Float>) {
    self.numbers = numbers
    shape.transpose(numbers, into: transposes.pointer)
  }

  package func evaluate(
    _ store: ObservationStore, rows: UnsafeBufferPointer<Int32>,
    memory: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
  ) {
    acting.run(loaded, store, rows, outputs)
  }

  package func gradient(
    _ segment: Segment, samples: UnsafeBufferPointer<Int32>, of loss: SampleLoss,
    into gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    guard let learning else { preconditionFailure("DenseNetwork: made for acting only") }
    return learning.run(
      NetworkNumbers(flat: loaded, transposes: UnsafePointer(transposes.pointer)), segment, samples,
      loss, gradient)
  }

  private var loaded: UnsafePointer<Float> {
    guard let numbers else { preconditionFailure("DenseNetwork: load numbers first") }
    return numbers
  }
}

extension DensePass: ActingPass {
  func act(
    _ numbers: UnsafePointer<Float>, _ store: ObservationStore, _ rows: UnsafeBufferPointer<Int32>
  ) {
    forward(numbers, store, rows, merges: true)
  }
}
