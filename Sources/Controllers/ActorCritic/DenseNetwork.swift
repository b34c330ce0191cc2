import Tensors
import Threads

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
  private let acting: DenseActing
  private let learning: GradientWork?

  /// Makes networks; numbers are their owner's.
  ///
  /// - Parameters:
  ///   - rows: of a batch at most; 0 for networks that only act.
  ///   - microbatches: parts that a batch is cut into.
  package init(_ shape: DenseShape, rows: Int, microbatches: Int) {
    self.shape = shape
    transposes = FloatBuffer(zeros: shape.transposeCount)
    acting = DenseActing(shape)
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

/// Computes outputs, some rows at a time.
private final class DenseActing: ParallelWork {
  private let shape: DenseShape
  private var passes: [DensePass] = []
  private var work: Work?

  private struct Work {
    let numbers: UnsafePointer<Float>
    let store: ObservationStore
    let rows: UnsafeBufferPointer<Int32>
    let outputs: UnsafeMutablePointer<Float>
  }

  /// Rows of one piece of parallel work.
  private static let chunk = 16

  init(_ shape: DenseShape) { self.shape = shape }

  func run(
    _ numbers: UnsafePointer<Float>, _ store: ObservationStore,
    _ rows: UnsafeBufferPointer<Int32>, _ outputs: UnsafeMutablePointer<Float>
  ) {
    work = Work(numbers: numbers, store: store, rows: rows, outputs: outputs)
    defer { work = nil }
    let chunks = (rows.count + Self.chunk - 1) / Self.chunk
    while passes.count < chunks { passes.append(DensePass(shape, rows: Self.chunk)) }
    guard chunks > 1 else { return chunks == 1 ? run(0) : () }
    BriefRegions.shared.run { threads in parallelFor(chunks, threads: threads, work: self) }
  }

  func run(_ index: Int) {
    guard let work else { return }
    let first = index * Self.chunk
    let rows = UnsafeBufferPointer(
      rebasing: work.rows[first..<min(work.rows.count, first + Self.chunk)])
    passes[index].forward(work.numbers, work.store, rows, merges: true)
    passes[index].copyOutputs(to: work.outputs + first * shape.heads.width)
  }
}
