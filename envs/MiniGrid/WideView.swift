import EnvironmentKit

extension MiniGrid {
  /// What the agent would see in a view of any odd size; the agent stands as in `View`.
  struct WideView {
    static let largestSize = 31

    let size: Int
    /// A word a row, the farthest first; a bit a column.
    private var visible = InlineArray<31, UInt32>(repeating: .max)

    init(of level: Level, size: Int) {
      self.size = size
      if !level.seesThroughWalls { hide(level) }
    }

    private func place(_ x: Int, _ y: Int, _ level: Level) -> Point {
      let (ahead, aside) = (level.direction.vector, level.direction.clockwise.vector)
      return level.agent + ahead * (size - 1 - y) + aside * (x - size / 2)
    }

    /// Spreads sight as `View.hide(behind:)` does, cell by cell.
    private mutating func hide(_ level: Level) {
      visible = InlineArray(repeating: 0)
      visible[size - 1] = 1 << UInt32(size / 2)
      for y in stride(from: size - 1, through: 0, by: -1) {
        for x in 0..<size - 1 { spread(x, y, to: x + 1, level) }
        for x in stride(from: size - 1, to: 0, by: -1) { spread(x, y, to: x - 1, level) }
      }
    }

    private mutating func spread(_ x: Int, _ y: Int, to neighbor: Int, _ level: Level) {
      guard sees(x, y), level.grid[place(x, y, level)].isSeeThrough else { return }
      visible[y] |= 1 << UInt32(neighbor)
      if y > 0 { visible[y - 1] |= 1 << UInt32(neighbor) | 1 << UInt32(x) }
    }

    private func sees(_ x: Int, _ y: Int) -> Bool { visible[y] >> UInt32(x) & 1 == 1 }

    /// Writes bytes `[x][y][kind, colour, state]`, zeros where nothing is seen.
    func write(of level: Level, into writer: inout ObservationWriter) {
      for x in 0..<size {
        for y in 0..<size {
          let isAgent = x == size / 2 && y == size - 1
          let cell = isAgent ? level.carried : level.grid[place(x, y, level)]
          let code = sees(x, y) ? cell.code : 0
          writer.write(UInt8(truncatingIfNeeded: code))
          writer.write(UInt8(truncatingIfNeeded: code >> 8))
          writer.write(UInt8(truncatingIfNeeded: code >> 16))
        }
      }
    }
  }
}
