/// Some of the cells of a map: a bit a cell, in memory of its own size whatever the map's.
struct CellSet {
  /// Bits of a row, the leftmost cell lowest.
  var rows = InlineArray<64, UInt64>(repeating: 0)

  func contains(_ x: Int, _ y: Int) -> Bool { rows[y] >> UInt64(x) & 1 == 1 }

  /// Adds what of a row can be walked to from a neighbouring row, and within the row from there.
  mutating func spread(intoRow y: Int, from other: Int, along open: CellSet) {
    var row = rows[y]
    if (0..<64).contains(other) { row |= rows[other] & open.rows[y] }
    while true {
      let next = row | (row << 1 | row >> 1) & open.rows[y]
      if next == row { break }
      row = next
    }
    rows[y] = row
  }

  /// These cells and those beside them.
  func andBeside(_ program: Program) -> CellSet {
    var result = self
    for y in 0..<program.height {
      result.rows[y] |= rows[y] << 1 | rows[y] >> 1
      if y > 0 { result.rows[y] |= rows[y &- 1] }
      if y < 63 { result.rows[y] |= rows[y &+ 1] }
    }
    return result
  }

  static func != (a: CellSet, b: CellSet) -> Bool {
    for row in 0..<64 where a.rows[row] != b.rows[row] { return true }
    return false
  }
}
