import EnvironmentKit
import Tensors

/// What was seen, row by row, as networks read it: whole rows, or what is not 0 of them, each different row once.
package final class ObservationStore {
  /// Numbers of a row.
  package let width: Int
  /// Rows so far.
  package private(set) var count = 0
  /// `[row, width]`; nil where rows are sparse.
  package private(set) var whole: FloatBuffer?
  /// Nil where rows are whole.
  package private(set) var sparse: SparseRows?

  /// Which places of rows have ever been other than 0; behind them true.
  let isUsed: UnsafeMutablePointer<Bool>
  /// Of sparse rows: which of the different ones each row is.
  private let likenesses: UnsafeMutableBufferPointer<Int32>
  /// For sorting: where the rows of each different one go.
  private let ends: UnsafeMutableBufferPointer<Int32>
  private let sorted: UnsafeMutableBufferPointer<Int32>
  private let memory = OwnedMemory()
  private let capacity: Int
  private let isWhole: Bool
  /// Rows count as sparse where at most one number in so many is not 0.
  private static let sparseness = 4

  /// Makes room for so many rows.
  ///
  /// - Parameter isWhole: whether rows are kept whole in any case.
  package init(rows: Int, width: Int, isWhole: Bool = false) {
    (capacity, self.width, self.isWhole) = (rows, width, isWhole)
    isUsed = memory.makePointer(width + 1, false)
    isUsed[width] = true
    likenesses = memory.make(rows, 0)
    ends = memory.make(rows + 1, 0)
    sorted = memory.make(rows, 0)
  }

  /// Forgets all rows; those that follow are like some that are known.
  ///
  /// - Parameter rows: `[row, width]`.
  package func begin(like rows: UnsafeBufferPointer<Float>) {
    count = 0
    let isSparse = !isWhole && Self.count(rows) * Self.sparseness <= rows.count
    if isSparse, sparse == nil {
      sparse = SparseRows(rows: capacity, numbers: capacity * width / Self.sparseness)
      whole = nil
    } else if !isSparse, whole == nil {
      whole = FloatBuffer(zeros: capacity * width)
      sparse = nil
      isUsed.update(repeating: true, count: width)
    }
    sparse?.removeAll()
  }

  /// Numbers that are not 0.
  private static func count(_ rows: UnsafeBufferPointer<Float>) -> Int {
    rows.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
  }

  /// Appends a row.
  package func append(_ row: UnsafeBufferPointer<Float>) {
    precondition(
      count < capacity && row.count == width,
      "ObservationStore: row \(count) of \(row.count) numbers; there is room for \(capacity) of \(width)"
    )
    if let sparse {
      let known = sparse.count
      likenesses[count] = sparse.enter(row)
      if sparse.count > known { sparse.mark(likenesses[count], in: isUsed) }
    } else if let whole, let source = row.baseAddress {
      (whole.pointer + count * width).update(from: source, count: width)
    }
    count += 1
  }

  /// Writes a row, `[width]`.
  func read(_ row: Int, into numbers: UnsafeMutableBufferPointer<Float>) {
    precondition(
      row < count && numbers.count == width,
      "ObservationStore.read: row \(row) of \(count), room for \(numbers.count) of \(width) numbers"
    )
    if let sparse {
      sparse.read(likenesses[row], into: numbers)
    } else if let whole, let target = numbers.baseAddress {
      target.update(from: whole.pointer + row * width, count: width)
    }
  }

  /// Which of the different rows a row is, where rows are sparse.
  func likeness(of row: Int32) -> Int32 { likenesses[Int(row)] }

  /// Puts rows that are alike beside each other, the others in the order of their first appearance.
  package func group(_ rows: UnsafeMutableBufferPointer<Int32>) {
    guard let sparse else { return }
    for place in 0...sparse.count { ends[place] = 0 }
    for row in rows { ends[Int(likenesses[Int(row)]) + 1] += 1 }
    for place in 1..<sparse.count + 1 { ends[place] += ends[place - 1] }
    for row in rows {
      let like = Int(likenesses[Int(row)])
      sorted[Int(ends[like])] = row
      ends[like] += 1
    }
    _ = rows.update(fromContentsOf: sorted[..<rows.count])
  }

  /// Takes places as used whose row of a first matrix has moments: so they were, before a checkpoint.
  func use(
    where columns: Int, _ first: UnsafeMutableBufferPointer<Float>,
    _ second: UnsafeMutableBufferPointer<Float>
  ) {
    guard !isWhole else { return }
    for place in 0..<width {
      let row = place * columns..<(place + 1) * columns
      if first[row].contains(where: { $0 != 0 }) || second[row].contains(where: { $0 != 0 }) {
        isUsed[place] = true
      }
    }
  }
}
