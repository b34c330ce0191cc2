import CLAPACK

/// All pairs of rows of two sets, some hundred rows of each at a time: memory does not grow with the pairs.
///
/// Rows are taken less a common one, so that distances lose no digits where all rows lie far from zero.
struct PairBlocks {
  /// The inner products of some rows with some others.
  struct Block {
    /// Rows of the first set.
    let rows: Range<Int>
    /// Rows of the second set.
    let columns: Range<Int>
    /// `[row, column]`, of centred rows.
    let numbers: UnsafeMutableBufferPointer<Double>

    /// The numbers of a row of the first set.
    func line(_ row: Int) -> UnsafeMutableBufferPointer<Double> {
      let start = (row - rows.lowerBound) * columns.count
      return UnsafeMutableBufferPointer(rebasing: numbers[start..<start + columns.count])
    }
  }

  private static let side = 512

  /// The squared length of every centred row of the first set.
  let squares: [Double]
  /// The same of the second set.
  let otherSquares: [Double]
  private let first: SampleSet
  private let second: SampleSet?
  private let centre: [Double]

  /// Pairs rows of two sets; of one set with itself where no second is given, each pair once.
  ///
  /// - Parameter centre: what is subtracted from every row.
  init(_ first: SampleSet, _ second: SampleSet? = nil, centre: [Double]) {
    (self.first, self.second, self.centre) = (first, second, centre)
    squares = Self.squares(first, centre)
    otherSquares = second.map { Self.squares($0, centre) } ?? squares
  }

  /// Hands on the blocks; of one set with itself those on and above the diagonal.
  func forEach(_ visit: (Block) -> Void) {
    let (other, width) = (second ?? first, first.width)
    let products = UnsafeMutableBufferPointer<Double>.allocate(capacity: Self.side * Self.side)
    defer { products.deallocate() }
    for rows in Self.parts(first.count) {
      let left = first.rows(rows, less: centre)
      for columns in Self.parts(other.count)
      where second != nil || columns.lowerBound >= rows.lowerBound {
        let right = other.rows(columns, less: centre)
        LinearAlgebra.exclusively {
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count), Int32(columns.count),
            Int32(width), 1, left, Int32(width), right, Int32(width), 0, products.baseAddress,
            Int32(columns.count))
        }
        visit(Block(rows: rows, columns: columns, numbers: products))
      }
    }
  }

  /// Turns a block's inner products into squared distances; those of equal rows are exactly 0.
  func turnIntoDistances(_ block: Block) {
    squares.withUnsafeBufferPointer { squares in
      otherSquares.withUnsafeBufferPointer { others in
        for row in block.rows {
          let (line, square, first) = (block.line(row), squares[row], block.columns.lowerBound)
          for place in line.indices {
            let lengths = square + others[first + place]
            let distance = lengths - 2 * line[place]
            line[place] = distance > Self.roundingShare * lengths ? distance : 0
          }
        }
      }
    }
  }

  /// What rounding may leave of a distance of 0, as a share of both squared lengths.
  private static let roundingShare = 1e-12

  private static func parts(_ count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: side).map { $0..<min(count, $0 + side) }
  }

  private static func squares(_ set: SampleSet, _ centre: [Double]) -> [Double] {
    parts(set.count).flatMap { part in
      let rows = set.rows(part, less: centre)
      return part.indices.map { place in
        let first = (place - part.lowerBound) * set.width
        return rows[first..<first + set.width].reduce(0) { $0 + $1 * $1 }
      }
    }
  }
}
