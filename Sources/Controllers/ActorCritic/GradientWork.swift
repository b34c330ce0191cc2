import Tensors
import Threads

/// The numbers of a network, as a pass through it reads them.
struct NetworkNumbers {
  /// All of them.
  let flat: UnsafePointer<Float>
  /// The transposes of matrices that gradients go back through.
  let transposes: UnsafePointer<Float>
}

/// The way of some samples through a network and back.
protocol LearningPass: AnyObject {
  /// Takes samples forward, and their loss's gradient back to the first matrix's outputs.
  ///
  /// - Parameters:
  ///   - samples: at most as many as there is room for.
  ///   - sums: the gradient by the numbers behind the first matrix, written.
  func goThrough(
    _ numbers: NetworkNumbers, _ segment: Segment, _ samples: UnsafeBufferPointer<Int32>,
    _ loss: SampleLoss, into sums: UnsafeMutablePointer<Float>
  ) -> PolicySums

  /// Adds the gradient by some columns of the first matrix and its bias, of the samples that went through.
  func addFirstGradient(
    _ segment: Segment, columns: Range<Int>, to gradient: UnsafeMutablePointer<Float>)
}

/// Computes the gradient of a batch in three regions.
///
/// Samples go forward and back, part by part; the first matrix's gradient, by far the largest, is summed over
/// all parts by blocks of columns, so that it is never kept per part; Σ g² is taken chunk by chunk.
final class GradientWork: ParallelWork {
  private let first: DenseShape.Part
  private let count: Int
  private let passes: [any LearningPass]
  /// Columns of the first level that one thread sums.
  private let blocks: [Range<Int>]
  /// `[part, numbers behind the first level]`.
  private let partGradients: FloatBuffer
  private let sums: PartSums
  private var work: Work?
  private var phase = Phase.rows

  private enum Phase { case rows, columns, squares }

  private struct Work {
    let numbers: NetworkNumbers
    let segment: Segment
    let samples: UnsafeBufferPointer<Int32>
    let loss: SampleLoss
    let gradient: UnsafeMutablePointer<Float>
  }

  private static let mostBlocks = 4
  /// Numbers whose squares one thread sums.
  private static let chunk = 1 << 14

  /// Prepares.
  ///
  /// - Parameters:
  ///   - shape: whose first matrix is the network's.
  ///   - layout: of all numbers; the first matrix's come first.
  ///   - passes: one per part of a batch.
  init(_ shape: DenseShape, _ layout: ParameterLayout, _ passes: [any LearningPass]) {
    first = shape.levels[0].parts[0]
    count = layout.count
    self.passes = passes
    let panels = first.columns / PlainLayer.panel
    let blockCount = min(panels, Self.mostBlocks)
    blocks = (0..<blockCount).map {
      $0 * panels / blockCount * PlainLayer.panel..<($0 + 1) * panels / blockCount
        * PlainLayer.panel
    }
    partGradients = FloatBuffer(zeros: passes.count * (count - first.count))
    sums = PartSums(parts: passes.count, chunks: (count + Self.chunk - 1) / Self.chunk)
  }

  private var laterCount: Int { count - first.count }

  /// Computes a gradient.
  func run(
    _ numbers: NetworkNumbers, _ segment: Segment, _ samples: UnsafeBufferPointer<Int32>,
    _ loss: SampleLoss, _ gradient: UnsafeMutablePointer<Float>
  ) -> (sums: PolicySums, squares: Double) {
    work = Work(
      numbers: numbers, segment: segment, samples: samples, loss: loss, gradient: gradient)
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
      let start = index * Self.chunk
      sums.squares[index] = PlainLayer.squares(
        work.gradient + start, count: min(Self.chunk, count - start))
    }
  }

  private func goThrough(_ index: Int, _ work: Work) {
    let count = work.samples.count
    let samples = UnsafeBufferPointer(
      rebasing: work.samples[
        index * count / passes.count..<(index + 1) * count / passes.count])
    sums.parts[index] = passes[index].goThrough(
      work.numbers, work.segment, samples, work.loss,
      into: partGradients.pointer + index * laterCount)
  }

  private func sumFirst(_ columns: Range<Int>, _ work: Work) {
    // The bias is one row more.
    for row in 0...first.inputs {
      (work.gradient + first.weight + row * first.columns + columns.lowerBound)
        .update(repeating: 0, count: columns.count)
    }
    for pass in passes { pass.addFirstGradient(work.segment, columns: columns, to: work.gradient) }
  }

  private func sumLater(_ work: Work) {
    let target = work.gradient + first.count
    target.update(from: partGradients.pointer, count: laterCount)
    for index in 1..<max(1, passes.count) {
      PlainLayer.add(
        partGradients.pointer + index * laterCount, to: target, count: laterCount)
    }
  }
}

/// What the parts and the chunks of a batch come to, each written by one thread.
private final class PartSums {
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
