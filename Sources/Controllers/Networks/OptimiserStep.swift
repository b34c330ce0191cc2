import EnvironmentKit
import Tensors
import Threads

/// The norm of a gradient and one step of Adam, block by block; equal bits for any number of threads.
final class OptimiserStep: ParallelWork {
  private struct Work {
    let gradient: UnsafePointer<Float>
    let isUsed: UnsafePointer<Bool>?
    /// What is changed; nil where only squares are summed.
    var change: Change?
  }

  private struct Change {
    let numbers: UnsafeMutablePointer<Float>
    let first: UnsafeMutablePointer<Float>
    let second: UnsafeMutablePointer<Float>
    let rates: AdamRates
  }

  private let blocks: NumberBlocks
  private let sums: OwnedBuffer<Double>
  private var work: Work?

  /// Makes room for a network's numbers.
  ///
  /// - Parameters:
  ///   - first: inputs and columns of its first matrix, with which the numbers begin.
  ///   - count: of all numbers.
  init(_ first: (inputs: Int, columns: Int), count: Int) {
    blocks = NumberBlocks(first, count: count)
    sums = OwnedBuffer(blocks.blocks, zero: 0)
  }

  /// Σ g².
  func squares(_ gradient: UnsafePointer<Float>, _ isUsed: UnsafePointer<Bool>?) -> Double {
    run(Work(gradient: gradient, isUsed: isUsed))
    return sums.elements.reduce(0, +)
  }

  /// Moves the numbers.
  func take(
    _ numbers: UnsafeMutableBufferPointer<Float>, _ first: UnsafeMutableBufferPointer<Float>,
    _ second: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafePointer<Float>,
    _ isUsed: UnsafePointer<Bool>?, _ rates: AdamRates
  ) {
    guard let numbers = numbers.baseAddress, let first = first.baseAddress,
      let second = second.baseAddress
    else { return }
    run(
      Work(
        gradient: gradient, isUsed: isUsed,
        change: Change(numbers: numbers, first: first, second: second, rates: rates)))
  }

  private func run(_ work: Work) {
    self.work = work
    defer { self.work = nil }
    BriefRegions.shared.run { parallelFor(blocks.blocks, threads: $0, work: self) }
  }

  func run(_ index: Int) {
    guard let work else { return }
    guard let change = work.change else {
      var sum = 0.0
      blocks.forEachPart(of: index, isUsed: work.isUsed) { start, count in
        sum += PlainLayer.squares(work.gradient + start, count: count)
      }
      return sums.elements[index] = sum
    }
    blocks.forEachPart(of: index, isUsed: work.isUsed) { start, count in
      PlainLayer.adam(
        change.numbers + start, first: change.first + start, second: change.second + start,
        gradient: work.gradient + start, count: count, change.rates)
    }
  }
}
