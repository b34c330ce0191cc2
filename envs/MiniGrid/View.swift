import EnvironmentKit

extension MiniGrid {
  /// What the agent sees: 7×7 cells, itself at the middle of the bottom row, looking up.
  package struct View: Sendable {
    /// Cells a side.
    package static let size = 7
    /// Bytes of the view in symbols.
    package static let byteCount = size * size * 3
    /// Where the agent stands in the view.
    package static let agent = Point(size / 2, size - 1)

    /// Row after row, the farthest first, those that are hidden too.
    fileprivate var cells: InlineArray<49, Cell>
    /// A bit a cell, in the same order.
    fileprivate var visible: UInt64

    /// The cell at a place of the view; what is hidden is `.empty`.
    package subscript(x: Int, y: Int) -> Cell {
      sees(x, y) ? cells[y &* Self.size &+ x] : .empty
    }

    /// Whether the view sees a place of the grid, given from the agent on.
    func sees(ahead: Int, aside: Int) -> Bool {
      let (x, y) = (Self.agent.x &+ aside, Self.agent.y &- ahead)
      return x >= 0 && y >= 0 && x < Self.size && y < Self.size && sees(x, y)
    }

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
    var view = MiniGrid.View(cells: InlineArray(repeating: .wall), visible: (1 << 49) - 1)
    let aside = direction.clockwise.vector
    let back = direction.vector * -1
    let corner = place(seenAt: 0, 0)
    let (columns, rows) = (grid.steps(from: corner, aside), grid.steps(from: corner, back))
    var seeThrough: UInt64 = 0
    grid.withCells { cells in
      // A span: the array's own subscript would copy the array at every cell.
      var seen = view.cells.mutableSpan
      let (across, down) = (grid.index(aside), grid.index(back))
      let first = corner + aside * columns.lowerBound + back * rows.lowerBound
      var start = grid.index(first)
      for row in rows {
        var (place, index) = (start, row &* MiniGrid.View.size &+ columns.lowerBound)
        // Moved on from cell to cell: shifts by the index are vectorised, and slower for seven cells.
        var bit = UInt64(1) &<< UInt64(truncatingIfNeeded: index)
        for _ in columns {
          let cell = cells[place]
          seen[index] = cell
          seeThrough |= cell.isSeeThrough ? bit : 0
          (place, index, bit) = (place &+ across, index &+ 1, bit &<< 1)
        }
        start &+= down
      }
    }
    if !seesThroughWalls { view.hide(behind: seeThrough) }
    view.cells[MiniGrid.View.agent.y * MiniGrid.View.size + MiniGrid.View.agent.x] = carried
    return view
  }
}

extension MiniGrid.Grid {
  /// How many steps of a direction from a place, of those a view takes, lie on the grid.
  ///
  /// The direction is along one axis; the other one is left aside.
  fileprivate func steps(from start: MiniGrid.Point, _ way: MiniGrid.Point) -> Range<Int> {
    let (place, extent) = way.x != 0 ? (start.x, width) : (start.y, height)
    let isUpward = way.x &+ way.y > 0
    let first = max(0, isUpward ? -place : place - extent + 1)
    return first..<max(first, min(MiniGrid.View.size, isUpward ? extent - place : place + 1))
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
    Self.sights.withUnsafeBufferPointer { sights in
      for y in stride(from: Self.size - 1, through: 0, by: -1) {
        let shift = UInt64(truncatingIfNeeded: y * Self.size)
        let clear = seeThrough &>> shift & 0x7f
        let sight = sights[Int(truncatingIfNeeded: lit &<< 7 | clear)]
        rows |= UInt64(truncatingIfNeeded: sight & 0x7f) &<< shift
        lit = UInt64(truncatingIfNeeded: sight &>> 8)
      }
    }
    visible = rows
  }

  /// What is seen of a row, in the low byte, and what it lights of the row ahead, in the high one: by the cells that
  /// are lit from behind, times 128, and those that are see-through.
  private static let sights: [UInt16] = (0..<1 << 14).map { index in
    let (behind, clear) = (UInt64(index >> 7), UInt64(index & 0x7f))
    let toRight = spread(behind & clear, through: clear, by: 1) & 0x3f
    var lit = (behind | toRight << 1) & 0x7f
    let toLeft = spread(lit & clear, through: clear, by: -1) & 0x7e
    lit |= toLeft >> 1
    let ahead = (toRight | toRight << 1 | toLeft | toLeft >> 1) & 0x7f
    return UInt16(lit | ahead << 8)
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
  ///
  /// - Parameter bytes: `byteCount` of them.
  func write(into bytes: UnsafeMutableBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress, bytes.count == Self.byteCount else { return }
    let place = UnsafeMutableRawPointer(base)
    let seen = cells.span
    var start = 0
    for x in 0..<Self.size {
      for y in 0..<Self.size {
        let index = y &* Self.size &+ x
        let isSeen = visible >> UInt64(truncatingIfNeeded: index) & 1
        let code = seen[index].code & (0 &- UInt32(truncatingIfNeeded: isSeen))
        // Four bytes at once: the fourth is the next cell's first, written after it.
        if start < Self.byteCount - 3 {
          place.storeBytes(of: code.littleEndian, toByteOffset: start, as: UInt32.self)
        } else {
          place.storeBytes(
            of: UInt16(truncatingIfNeeded: code).littleEndian, toByteOffset: start, as: UInt16.self)
          bytes[start + 2] = UInt8(truncatingIfNeeded: code >> 16)
        }
        start &+= 3
      }
    }
  }
}
