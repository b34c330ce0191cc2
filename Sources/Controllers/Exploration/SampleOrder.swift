import EnvironmentKit
import Randomness

/// Rows of a segment in a random order, handed out as minibatches.
final class SampleOrder {
  private let order: OwnedBuffer<Int32>

  /// Makes room for so many rows.
  init(rows: Int) { order = OwnedBuffer(rows, zero: 0) }

  /// Shows a share of the rows `0..<count` once, in minibatches of a size.
  ///
  /// - Parameters:
  ///   - share: above 0, up to 1; at least one minibatch's rows are shown where there are as many.
  ///   - body: may put a minibatch's rows in another order.
  func forEachBatch(
    of size: Int, among count: Int, share: Double, drawing stream: RandomStream,
    _ body: (UnsafeMutableBufferPointer<Int32>) -> Void
  ) {
    var stream = stream
    let rows = UnsafeMutableBufferPointer(rebasing: order.elements[..<count])
    for row in rows.indices { rows[row] = Int32(row) }
    for place in stride(from: count - 1, to: 0, by: -1) {
      rows.swapAt(place, stream.integers(in: 0..<place + 1))
    }
    let shown = min(count, max(min(size, count), Int((share * Double(count)).rounded())))
    for first in stride(from: 0, to: shown, by: size) {
      body(UnsafeMutableBufferPointer(rebasing: rows[first..<min(shown, first + size)]))
    }
  }
}
