extension MiniGrid {
  /// The cells of a world, row after row.
  package struct Grid: Hashable, Sendable {
    package let width: Int
    package let height: Int
    private var cells: [Cell]

    package init(width: Int, height: Int) {
      precondition(
        width >= 3 && height >= 3, "Grid: \(width)×\(height) has no inside; give 3 or more")
      self.width = width
      self.height = height
      cells = Array(repeating: .empty, count: width * height)
    }

    /// Whether a place is on the grid.
    package func contains(_ point: Point) -> Bool {
      point.x >= 0 && point.y >= 0 && point.x < width && point.y < height
    }

    /// The cell at a place; all outside the grid is wall.
    package subscript(point: Point) -> Cell {
      get { contains(point) ? cells[point.y &* width &+ point.x] : .wall }
      set {
        precondition(contains(point), "Grid: \(point) lies outside \(width)×\(height)")
        cells[point.y &* width &+ point.x] = newValue
      }
    }

    /// Where the cell of a place on the grid lies among all, row after row.
    @inline(__always)
    package func index(_ point: Point) -> Int { point.y &* width &+ point.x }

    /// Hands out all cells, row after row.
    @inline(__always)
    package func withCells<Result>(_ body: (UnsafeBufferPointer<Cell>) -> Result) -> Result {
      cells.withUnsafeBufferPointer(body)
    }

    package subscript(x: Int, y: Int) -> Cell {
      get { self[Point(x, y)] }
      set { self[Point(x, y)] = newValue }
    }

    /// Removes everything.
    package mutating func clear() {
      for index in cells.indices { cells[index] = .empty }
    }

    /// Puts a row of one thing, to the right edge where no length is given.
    package mutating func putRow(x: Int, y: Int, length: Int? = nil, _ cell: Cell = .wall) {
      for offset in 0..<(length ?? width - x) { self[x + offset, y] = cell }
    }

    /// Puts a column of one thing, to the bottom edge where no length is given.
    package mutating func putColumn(x: Int, y: Int, length: Int? = nil, _ cell: Cell = .wall) {
      for offset in 0..<(length ?? height - y) { self[x, y + offset] = cell }
    }

    /// Surrounds an area with walls, which lie inside it.
    package mutating func surround(_ area: Area) {
      let (x, y) = (area.origin.x, area.origin.y)
      putRow(x: x, y: y, length: area.width)
      putRow(x: x, y: y + area.height - 1, length: area.width)
      putColumn(x: x, y: y, length: area.height)
      putColumn(x: x + area.width - 1, y: y, length: area.height)
    }

    /// Surrounds the whole grid with walls.
    package mutating func surround() { surround(Area(width: width, height: height)) }

    /// The first place, in reading order, of a kind of thing.
    package func firstPlace(of kind: Kind) -> Point? { firstPlace { $0.kind == kind } }

    /// The first place, in reading order, of a cell of a certain look.
    package func firstPlace(where isWanted: (Cell) -> Bool) -> Point? {
      guard let index = cells.firstIndex(where: isWanted) else { return nil }
      return Point(index % width, index / width)
    }

    /// All cells as bytes `[x][y][kind, paint, state]`, as the library's `grid.encode()` gives them.
    package func encoded() -> [UInt8] {
      var bytes: [UInt8] = []
      for x in 0..<width {
        for y in 0..<height {
          let cell = self[x, y]
          bytes += [cell.kind.rawValue, cell.paint.rawValue, cell.state.rawValue]
        }
      }
      return bytes
    }

    /// The same with the agent in its cell: the library's fully observable view.
    package func encoded(agent: Point, _ direction: Direction) -> [UInt8] {
      var bytes = encoded()
      let start = (agent.x * height + agent.y) * 3
      bytes[start] = Kind.agent.rawValue
      bytes[start + 1] = Paint.red.rawValue
      bytes[start + 2] = direction.rawValue
      return bytes
    }
  }
}
