import EnvironmentKit
import OneDNN
import Synchronization
import Threads

/// The machine's peak of single-precision matrix products: what other work is measured against.
///
/// Every thread multiplies 768 rows of its own by one matrix of 1536×1536 with oneDNN's `sgemm`:
/// large enough that nothing but the products counts.
package final class MatrixPeak {
  private static let rows = 768
  private static let columns = 1536
  private let threads: Int
  private let memory = OwnedMemory()
  private let left: UnsafeMutableBufferPointer<Float>
  private let right: UnsafeMutableBufferPointer<Float>
  private let result: UnsafeMutableBufferPointer<Float>

  /// Operations of one step.
  package var operations: Double { 2 * Double(threads * Self.rows * Self.columns * Self.columns) }

  package init(threads: Int) {
    self.threads = threads
    let memory = memory
    func make(_ rows: Int) -> UnsafeMutableBufferPointer<Float> {
      let buffer = memory.make(rows * Self.columns, Float(0))
      for index in buffer.indices { buffer[index] = Float(index % 17) / 17 }
      return buffer
    }
    left = make(threads * Self.rows)
    right = make(Self.columns)
    result = make(threads * Self.rows)
  }

  /// Multiplies once on every thread.
  package func step() throws {
    guard let left = left.baseAddress, let right = right.baseAddress,
      let result = result.baseAddress
    else { return }
    let failure = Mutex<OneDNNError?>(nil)
    parallelFor(threads) { thread in
      let start = thread * Self.rows * Self.columns
      do throws(OneDNNError) {
        try multiplyMatrices(
          rows: Self.rows, inner: Self.columns, columns: Self.columns,
          MatrixOperand(left + start), MatrixOperand(right), result: result + start)
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// Measures operations a second with the threads in use, the fastest repetition.
  package static func measure(_ effort: BenchmarkEffort?, _ progress: BenchmarkProgress) throws
    -> Double
  {
    var usual = BenchmarkEffort()
    usual.leastSeconds = 0.6
    progress.begin("\(Benchmark.matrixProduct.name), the peak to compare with")
    let work = try Benchmark.matrixProduct.makeWork(progress)
    let rates = try BenchmarkMeasurement(work, effort ?? usual, progress).rates
    return rates[rates.count - 1] * 1e9
  }
}

extension Benchmark {
  /// The peak itself; its share of the peak tells how evenly the machine runs.
  package static let matrixProduct = Benchmark(
    "matrix.sgemm", unit: "GFLOP/s",
    summary: "a product of 768×1536 and 1536×1536 matrices on every thread: the peak of `of peak`"
  ) { _ in
    let peak = MatrixPeak(threads: ThreadCount.current)
    return BenchmarkWork(operationsPerItem: 1e9) {
      try peak.step()
      return peak.operations / 1e9
    }
  }
}
