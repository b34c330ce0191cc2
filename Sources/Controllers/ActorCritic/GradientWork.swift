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

/// Computes the gradient of a batch in two regions.
///
/// Samples go forward and back, part by part; the first matrix's gradient, by far the largest, is summed over
/// all parts by blocks of columns, so that it is never kept per part.
final class GradientWork: ParallelWork {
  private let first: (inputs: Int, columns: Int)
  private let count: Int
  private let passes: [any LearningPass]
  /// Columns of the first level that one thread sums.
  private let blocks: [Range<Int>]
  /// `[part, numbers behind the first level]`.
  private let partGradients: FloatBuffer
  private let sums: UnsafeMutableBufferPointer<PolicySums>
  private var work: Work?
  private var phase = Phase.samples

  private enum Phase { case samples, columns }

  private struct Work {
    let numbers: NetworkNumbers
    let segment: Segment
    let samples: UnsafeBufferPointer<Int32>
    let loss: SampleLoss
    let gradient: UnsafeMutablePointer<Float>
  }

  private static let mostBlocks = 4

  /// Prepares.
  ///
  /// - Parameters:
  ///   - first: inputs and columns of the first matrix, with which the numbers begin.
  ///   - count: of all numbers.
  ///   - passes: one per part of a batch.
  init(_ first: (inputs: Int, columns: Int), _ count: Int, _ passes: [any LearningPass]) {
    (self.first, self.count, self.passes) = (first, count, passes)
    let panels = first.columns / PlainLayer.panel
    let blockCount = min(panels, Self.mostBlocks)
    blocks = (0..<blockCount).map {
      $0 * panels / blockCount * PlainLayer.panel..<($0 + 1) * panels / blockCount
        * PlainLayer.panel
    }
    partGradients = FloatBuffer(
      zeros: passes.count * (count - (first.inputs + 1) * first.columns))
    sums = .allocate(capacity: passes.count)
    sums.initialize(repeating: PolicySums())
  }

  deinit { sums.deallocate() }

  private var firstCount: Int { (first.inputs + 1) * first.columns }
  private var laterCount: Int { count - firstCount }

  /// Computes a gradient.
  func run(
    _ numbers: NetworkNumbers, _ segment: Segment, _ samples: UnsafeBufferPointer<Int32>,
    _ loss: SampleLoss, _ gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    work = Work(
      numbers: numbers, segment: segment, samples: samples, loss: loss, gradient: gradient)
    defer { work = nil }
    BriefRegions.shared.run { threads in
      phase = .samples
      parallelFor(passes.count, threads: threads, work: self)
      phase = .columns
      parallelFor(blocks.count + 1, threads: threads, work: self)
    }
    return sums.reduce(into: PolicySums()) { $0.add($1) }
  }

  func run(_ index: Int) {
    guard let work else { return }
    switch phase {
    case .samples: goThrough(index, work)
    case .columns: index < blocks.count ? sumFirst(blocks[index], work) : sumLater(work)
    }
  }

  private func goThrough(_ index: Int, _ work: Work) {
    let count = work.samples.count
    let samples = UnsafeBufferPointer(
      rebasing: work.samples[
        index * count / passes.count..<(index + 1) * count / passes.count])
    sums[index] = passes[index].goThrough(
      work.numbers, work.segment, samples, work.loss,
      into: partGradients.pointer + index * laterCount)
  }

  private func sumFirst(_ columns: Range<Int>, _ work: Work) {
    let observations = work.segment.observations
    let isUsed = observations.width == first.inputs ? observations.isUsed : nil
    // The bias is one row more.
    for row in 0...first.inputs where isUsed?[row] ?? true {
      (work.gradient + row * first.columns + columns.lowerBound)
        .update(repeating: 0, count: columns.count)
    }
    for pass in passes { pass.addFirstGradient(work.segment, columns: columns, to: work.gradient) }
  }

  private func sumLater(_ work: Work) {
    let target = work.gradient + firstCount
    target.update(from: partGradients.pointer, count: laterCount)
    for index in 1..<max(1, passes.count) {
      PlainLayer.add(
        partGradients.pointer + index * laterCount, to: target, count: laterCount)
    }
  }
}
