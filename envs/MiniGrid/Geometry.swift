extension MiniGrid {
  /// A cell's place: x columns from the left, y rows from the top.
  package struct Point: Hashable, Sendable {
    package var x: Int
    package var y: Int

    package init(_ x: Int, _ y: Int) {
      self.x = x
      self.y = y
    }

    /// Steps from here to there along rows and columns.
    package func distance(to other: Point) -> Int { abs(x - other.x) + abs(y - other.y) }

    /// Whether two places are one or lie side by side, corners included.
    package func touches(_ other: Point) -> Bool {
      abs(x - other.x) <= 1 && abs(y - other.y) <= 1
    }

    package static func + (a: Point, b: Point) -> Point { Point(a.x &+ b.x, a.y &+ b.y) }
    package static func - (a: Point, b: Point) -> Point { Point(a.x &- b.x, a.y &- b.y) }
    package static func * (a: Point, factor: Int) -> Point { Point(a.x &* factor, a.y &* factor) }
  }

  /// Where the agent looks, with the numbers of the observation: clockwise from the right.
  package enum Direction: UInt8, CaseIterable, Sendable {
    case right, down, left, up

    /// One cell ahead.
    package var vector: Point {
      switch self {
      case .right: Point(1, 0)
      case .down: Point(0, 1)
      case .left: Point(-1, 0)
      case .up: Point(0, -1)
      }
    }

    package var clockwise: Direction {
      switch self {
      case .right: .down
      case .down: .left
      case .left: .up
      case .up: .right
      }
    }

    package var counterclockwise: Direction { clockwise.clockwise.clockwise }
  }

  /// A rectangle of cells.
  package struct Area: Hashable, Sendable {
    package var origin: Point
    package var width: Int
    package var height: Int

    package init(x: Int = 0, y: Int = 0, width: Int, height: Int) {
      origin = Point(x, y)
      self.width = width
      self.height = height
    }
  }
}
