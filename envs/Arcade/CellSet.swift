/// A cell of the 10×10 board: column x from the left, row y from the top.
package struct Cell: Hashable, Sendable {
  /// Columns and rows of every board.
  static let side = 10

  private var column: Int8
  private var row: Int8

  init(_ x: Int, _ y: Int) {
    column = Int8(truncatingIfNeeded: x)
    row = Int8(truncatingIfNeeded: y)
  }

  var x: Int {
    get { Int(column) }
    set { column = Int8(truncatingIfNeeded: newValue) }
  }
  var y: Int {
    get { Int(row) }
    set { row = Int8(truncatingIfNeeded: newValue) }
  }

  /// Whether it lies on the board.
  var isOnBoard: Bool { 0..<Self.side ~= x && 0..<Self.side ~= y }
}

/// Some cells of the board, a bit each: whole formations move and meet in a few instructions.
package struct CellSet: Hashable, Sendable {
  /// Bit 10·y + x is the cell (x, y).
  private var bits: UInt128

  private static let all: UInt128 = (1 << 100) - 1

  private init(bits: UInt128) { self.bits = bits }

  /// No cell.
  static let empty = CellSet(bits: 0)
  /// All of the lowest row.
  static let lowestRow = CellSet(columns: 0..<Cell.side, rows: 9..<10)

  /// The cells of a rectangle.
  init(columns: Range<Int>, rows: Range<Int>) {
    bits = 0
    for y in rows { for x in columns { insert(Cell(x, y)) } }
  }

  private static func bit(_ cell: Cell) -> UInt128 { 1 << UInt128(Cell.side * cell.y + cell.x) }

  var isEmpty: Bool { bits == 0 }
  var count: Int { bits.nonzeroBitCount }
  func contains(_ cell: Cell) -> Bool { bits & Self.bit(cell) != 0 }
  mutating func insert(_ cell: Cell) { bits |= Self.bit(cell) }
  mutating func remove(_ cell: Cell) { bits &= ~Self.bit(cell) }
  mutating func subtract(_ other: CellSet) { bits &= ~other.bits }
  func intersection(_ other: CellSet) -> CellSet { CellSet(bits: bits & other.bits) }
  func overlaps(_ other: CellSet) -> Bool { bits & other.bits != 0 }

  /// Moves all cells one row up or down; those that leave the board are gone.
  func shifted(down: Bool) -> CellSet {
    CellSet(bits: down ? bits << 10 & Self.all : bits >> 10)
  }

  /// Moves all cells one column; none may stand at the edge that they move to.
  func shifted(right: Bool) -> CellSet { CellSet(bits: right ? bits << 1 : bits >> 1) }

  /// Hands out every cell, row after row.
  @inline(__always)
  func forEach(_ body: (Cell) -> Void) {
    var rest = bits
    while rest != 0 {
      let place = rest.trailingZeroBitCount
      body(Cell(place % Cell.side, place / Cell.side))
      rest &= rest &- 1
    }
  }
}
