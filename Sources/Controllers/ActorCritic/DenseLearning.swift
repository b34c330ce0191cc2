import Tensors
import Threads

/// Computes the gradient of a batch by fully connected networks, in three regions.
///
/// Rows go forward and back, part by part; the first matrix's gradient, by far the largest, is summed over all
/// parts by blocks of columns, so that it is never kept per part; Σ g² is taken chunk by chunk.
final class DenseLearning: ParallelWork {
  private let shape: DenseShape
  private let passes: [DensePass]
  /// Columns of the first level that one thread sums.
  private let blocks: [Range<Int>]
  /// `[part, numbers behind the first level]`.
  private let partGradients: FloatBuffer
  private let sums: OwnedSums
  private var work: Work?
  private var phase = Phase.rows

  private enum Phase { case rows, columns, squares }

  private struct Work {
    let numbers: UnsafePointer<Float>
    let transposes: UnsafePointer<Float>
    let store: ObservationStore
    let rows: UnsafeBufferPointer<Int32>
    let loss: SampleLoss
    let gradient: UnsafeMutablePointer<Float>
  }

  private static let mostBlocks = 4
  /// Numbers whose squares one thread sums.
  private static let chunk = 1 << 14

  /// Makes room for a batch.
  ///
  /// - Parameters:
  ///   - rows: of a batch at most.
  ///   - microbatches: parts that it is cut into.
  init(_ shape: DenseShape, rows: Int, microbatches: Int) {
    self.shape = shape
    let most = (rows + microbatches - 1) / microbatches
    passes = (0..<microbatches).map { _ in DensePass(shape, rows: most) }
    let panels = shape.levels[0].width / PlainLayer.panel
    let count = min(panels, Self.mostBlocks)
    blocks = (0..<count).map {
      $0 * panels / count * PlainLayer.panel..<($0 + 1) * panels / count * PlainLayer.panel
    }
    partGradients = FloatBuffer(
      zeros: microbatches * (shape.layout.count - shape.levels[0].parts[0].count))
    sums = OwnedSums(
      parts: microbatches, chunks: (shape.layout.count + Self.chunk - 1) / Self.chunk)
  }

  /// Where the numbers behind the first level begin.
  private var beginning: Int { shape.levels[0].parts[0].count }
  private var laterCount: Int { shape.layout.count - beginning }

  /// Computes a gradient.
  func run(
    _ numbers: UnsafePointer<Float>, _ transposes: UnsafePointer<Float>,
    _ store: ObservationStore, _ rows: UnsafeBufferPointer<Int32>, _ loss: SampleLoss,
    _ gradient: UnsafeMutablePointer<Float>
  ) -> (sums: PolicySums, squares: Double) {
    work = Work(
      numbers: numbers, transposes: transposes, store: store, rows: rows, loss: loss,
      gradient: gradient)
    defer { work = nil }
    BriefRegions.shared.run { threads in
      phase = .rows
      parallelFor(passes.count, threads: threads, work: self)
      phase = .columns
      parallelFor(blocks.count + 1, threads: threads, work: self)
      phase = .squares
      parallelFor(sums.squares.count, threads: threads, work: self)
    }
    return sums.total
  }

  func run(_ index: Int) {
    guard let work else { return }
    switch phase {
    case .rows: goThrough(index, work)
    case .columns: index < blocks.count ? sumFirst(blocks[index], work) : sumLater(work)
    case .squares:
      let first = index * Self.chunk
      sums.squares[index] = PlainLayer.squares(
        work.gradient + first, count: min(Self.chunk, shape.layout.count - first))
    }
  }

  /// The rows of a part.
  private func rows(_ part: Int, _ work: Work) -> UnsafeBufferPointer<Int32> {
    let count = work.rows.count
    return UnsafeBufferPointer(
      rebasing: work.rows[part * count / passes.count..<(part + 1) * count / passes.count])
  }

  private func goThrough(_ index: Int, _ work: Work) {
    let (pass, rows) = (passes[index], rows(index, work))
    pass.forward(work.numbers, work.store, rows)
    sums.parts[index] = work.loss.evaluate(
      pass.outputs, shape.heads, rows: rows, gradient: pass.outputGradient)
    pass.backward(
      work.transposes, rows: rows.count, into: partGradients.pointer + index * laterCount,
      beginning: beginning)
  }

  private func sumFirst(_ columns: Range<Int>, _ work: Work) {
    let part = shape.levels[0].parts[0]
    // The bias is one row more.
    for row in 0...part.inputs {
      (work.gradient + part.weight + row * part.columns + columns.lowerBound)
        .update(repeating: 0, count: columns.count)
    }
    for (index, pass) in passes.enumerated() {
      pass.addFirstGradient(
        work.store, rows(index, work), columns: columns, to: work.gradient)
    }
  }

  private func sumLater(_ work: Work) {
    let target = work.gradient + beginning
    target.update(from: partGradients.pointer, count: laterCount)
    for index in 1..<max(1, passes.count) {
      PlainLayer.add(
        partGradients.pointer + index * laterCount, to: target, count: laterCount)
    }
  }
}

/// What the parts and the chunks of a batch come to, each written by one thread.
private final class OwnedSums {
  let parts: UnsafeMutableBufferPointer<PolicySums>
  let squares: UnsafeMutableBufferPointer<Double>

  init(parts: Int, chunks: Int) {
    self.parts = .allocate(capacity: parts)
    squares = .allocate(capacity: chunks)
    self.parts.initialize(repeating: PolicySums())
    squares.initialize(repeating: 0)
  }

  deinit {
    parts.deallocate()
    squares.deallocate()
  }

  /// The sums, in the order of parts and chunks.
  var total: (sums: PolicySums, squares: Double) {
    var total = PolicySums()
    for part in parts { total.add(part) }
    return (total, squares.reduce(0, +))
  }
}
