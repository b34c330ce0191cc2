import EnvironmentKit

extension MiniGrid {
  /// What the agent sees: 7×7 cells, itself at the middle of the bottom row, looking up.
  package struct View: Sendable {
    /// Cells a side.
    package static let size = 7
    /// Where the agent stands in the view.
    package static let agent = Point(size / 2, size - 1)

    /// Row after row, the farthest first.
    package var cells: InlineArray<49, Cell>
    /// A bit a cell, in the same order.
    package var visible: UInt64

    /// The cell at a place of the view; what is hidden is `.empty`.
    package subscript(x: Int, y: Int) -> Cell { cells[y &* Self.size &+ x] }

    /// Whether a place of the view is seen.
    package func sees(_ x: Int, _ y: Int) -> Bool {
      visible >> UInt64(truncatingIfNeeded: y &* Self.size &+ x) & 1 == 1
    }
  }
}

extension MiniGrid.Level {
  /// The place on the grid that is seen at a place of the view.
  package func place(seenAt x: Int, _ y: Int) -> MiniGrid.Point {
    let (ahead, aside) = (direction.vector, direction.clockwise.vector)
    let middle = MiniGrid.View.agent
    return agent + ahead * (middle.y &- y) + aside * (x &- middle.x)
  }

  /// What the agent sees now.
  package var view: MiniGrid.View {
    var view = MiniGrid.View(cells: InlineArray(repeating: .empty), visible: (1 << 49) - 1)
    var seeThrough: UInt64 = 0
    let (ahead, aside) = (direction.vector, direction.clockwise.vector)
    var rowStart = place(seenAt: 0, 0)
    var index = 0
    for _ in 0..<MiniGrid.View.size {
      var point = rowStart
      for _ in 0..<MiniGrid.View.size {
        let cell = grid[point]
        view.cells[index] = cell
        if cell.isSeeThrough { seeThrough |= 1 << UInt64(truncatingIfNeeded: index) }
        index &+= 1
        point = point + aside
      }
      rowStart = rowStart - ahead
    }
    if !seesThroughWalls { view.hide(behind: seeThrough) }
    view.cells[MiniGrid.View.agent.y * MiniGrid.View.size + MiniGrid.View.agent.x] = carried
    return view
  }
}

extension MiniGrid.View {
  /// Hides what lies behind walls and closed doors.
  ///
  /// Sight spreads from the agent row by row, away from it: within a row first to the right, then to
  /// the left, through see-through cells; each of those also lights the cells ahead of it and of
  /// the neighbour it spreads to.
  ///
  /// - Parameter seeThrough: a bit a cell, in the order of `cells`.
  mutating func hide(behind seeThrough: UInt64) {
    var rows: UInt64 = 0
    var lit: UInt64 = 1 << UInt64(Self.agent.x)
    for y in stride(from: Self.size - 1, through: 0, by: -1) {
      let shift = UInt64(truncatingIfNeeded: y * Self.size)
      let clear = seeThrough >> shift & 0x7f
      let toRight = Self.spread(lit & clear, through: clear, by: 1) & 0x3f
      lit = (lit | toRight << 1) & 0x7f
      let toLeft = Self.spread(lit & clear, through: clear, by: -1) & 0x7e
      lit |= toLeft >> 1
      rows |= lit << shift
      lit = (toRight | toRight << 1 | toLeft | toLeft >> 1) & 0x7f
    }
    visible = rows
    for index in 0..<49 where rows >> UInt64(index) & 1 == 0 { cells[index] = .empty }
  }

  /// The bits reached from `seeds` over neighbouring bits of `path`, to one side (parallel prefix).
  private static func spread(_ seeds: UInt64, through path: UInt64, by side: Int) -> UInt64 {
    var (reached, path) = (seeds, path)
    reached |= path & reached << side
    path &= path << side
    reached |= path & reached << (2 * side)
    path &= path << (2 * side)
    return reached | path & reached << (4 * side)
  }

  /// Writes bytes `[x][y][kind, paint, state]`, zeros where nothing is seen.
  func write(into bytes: UnsafeMutableBufferPointer<UInt8>) {
    var start = 0
    for x in 0..<Self.size {
      for y in 0..<Self.size {
        let cell = self[x, y]
        let isSeen = sees(x, y)
        bytes[start] = isSeen ? cell.kind.rawValue : 0
        bytes[start + 1] = isSeen ? cell.paint.rawValue : 0
        bytes[start + 2] = isSeen ? cell.state.rawValue : 0
        start += 3
      }
    }
  }
}
