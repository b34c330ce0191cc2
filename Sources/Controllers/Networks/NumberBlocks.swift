/// A network's numbers in blocks of a fixed size, for threads: first those of its first matrix, row by row.
///
/// Rows of that matrix that nothing has ever been multiplied with have no gradient and no moments: they are left
/// out, which changes no bit. Most places of symbols never occur.
struct NumberBlocks {
  /// Rows of the first matrix, its bias behind them.
  let rows: Int
  /// Numbers of a row.
  let columns: Int
  /// Numbers in all.
  let count: Int

  private static let rowsPerBlock = 64
  private static let numbersPerBlock = 1 << 13

  /// Cuts a network's numbers.
  ///
  /// - Parameters:
  ///   - first: inputs and columns of its first matrix, with which the numbers begin.
  ///   - count: of all numbers.
  init(_ first: (inputs: Int, columns: Int), count: Int) {
    (rows, columns) = (first.inputs + 1, first.columns)
    self.count = count
  }

  private var rowBlocks: Int { (rows + Self.rowsPerBlock - 1) / Self.rowsPerBlock }
  private var laterCount: Int { count - rows * columns }

  /// How many blocks there are.
  var blocks: Int {
    rowBlocks + (laterCount + Self.numbersPerBlock - 1) / Self.numbersPerBlock
  }

  /// Shows the parts of a block that count, each the same whatever else counts.
  ///
  /// - Parameter isUsed: one flag per row of the first matrix; nil where all count.
  func forEachPart(
    of block: Int, isUsed: UnsafePointer<Bool>?, _ body: (_ start: Int, _ count: Int) -> Void
  ) {
    guard block < rowBlocks else {
      let start = (block - rowBlocks) * Self.numbersPerBlock
      return body(rows * columns + start, min(Self.numbersPerBlock, laterCount - start))
    }
    let first = block * Self.rowsPerBlock
    for row in first..<min(rows, first + Self.rowsPerBlock) where isUsed?[row] ?? true {
      body(row * columns, columns)
    }
  }
}
