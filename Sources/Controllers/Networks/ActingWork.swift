import Threads

/// Computes outputs of a few rows.
protocol ActingPass: AnyObject {
  /// Takes rows of a store through the networks.
  func act(
    _ numbers: UnsafePointer<Float>, _ store: ObservationStore, _ rows: UnsafeBufferPointer<Int32>)
  /// Copies the outputs of these rows, `[rows, heads]`.
  func copyOutputs(to target: UnsafeMutablePointer<Float>)
}

/// Computes outputs of many rows, some at a time; nothing is allocated once all sizes have been seen.
final class ActingWork<Pass: ActingPass>: ParallelWork {
  private let chunk: Int
  private let width: Int
  private let makePass: (_ rows: Int) -> Pass
  private var passes: [Pass] = []
  private var work: Work?

  private struct Work {
    let numbers: UnsafePointer<Float>
    let store: ObservationStore
    let rows: UnsafeBufferPointer<Int32>
    let outputs: UnsafeMutablePointer<Float>
  }

  /// - Parameters:
  ///   - chunk: rows of one piece of parallel work.
  ///   - width: outputs of a row.
  ///   - makePass: makes what computes so many rows.
  init(chunk: Int, width: Int, _ makePass: @escaping (_ rows: Int) -> Pass) {
    (self.chunk, self.width, self.makePass) = (chunk, width, makePass)
  }

  /// Writes outputs, `[rows, heads]`.
  func run(
    _ numbers: UnsafePointer<Float>, _ store: ObservationStore,
    _ rows: UnsafeBufferPointer<Int32>, _ outputs: UnsafeMutablePointer<Float>
  ) {
    work = Work(numbers: numbers, store: store, rows: rows, outputs: outputs)
    defer { work = nil }
    let chunks = (rows.count + chunk - 1) / chunk
    while passes.count < chunks { passes.append(makePass(chunk)) }
    guard chunks > 1 else { return chunks == 1 ? run(0) : () }
    BriefRegions.shared.run { threads in parallelFor(chunks, threads: threads, work: self) }
  }

  func run(_ index: Int) {
    guard let work else { return }
    let first = index * chunk
    let rows = UnsafeBufferPointer(
      rebasing: work.rows[first..<min(work.rows.count, first + chunk)])
    passes[index].act(work.numbers, work.store, rows)
    passes[index].copyOutputs(to: work.outputs + first * width)
  }
}
