import EnvironmentKit

/// What a thing looks like: strokes one over the other, in shares of a tile, y downwards.
struct Picture: Hashable, Sendable {
  var strokes: [Stroke] = []
  /// Whether it turns with the agent's direction; drawn as if looking to the right.
  var turns = false
}

/// One area of one colour, or a pattern of square pixels.
enum Stroke: Hashable, Sendable {
  case rectangle(Double, Double, Double, Double, Color)
  case disc(Double, Double, Double, Color)
  case triangle(Point, Point, Point, Color)
  case pixels(width: Int, rows: [Color?])

  struct Point: Hashable, Sendable {
    var x: Double
    var y: Double

    init(_ x: Double, _ y: Double) {
      (self.x, self.y) = (x, y)
    }
  }

  /// The colour at a place, nil where the stroke leaves what lies below.
  func color(_ x: Double, _ y: Double) -> Color? {
    switch self {
    case .rectangle(let left, let right, let top, let bottom, let color):
      return x >= left && x <= right && y >= top && y <= bottom ? color : nil
    case .disc(let middleX, let middleY, let radius, let color):
      let (dx, dy) = (x - middleX, y - middleY)
      return dx * dx + dy * dy <= radius * radius ? color : nil
    case .triangle(let a, let b, let c, let color):
      let sides = (Self.side(a, b, x, y), Self.side(b, c, x, y), Self.side(c, a, x, y))
      let isInside =
        (sides.0 >= 0 && sides.1 >= 0 && sides.2 >= 0)
        || (sides.0 <= 0 && sides.1 <= 0 && sides.2 <= 0)
      return isInside ? color : nil
    case .pixels(let width, let rows):
      let height = rows.count / width
      let column = min(width - 1, Int(x * Double(width)))
      let row = min(height - 1, Int(y * Double(height)))
      return rows[row * width + column]
    }
  }

  /// The same with left and right exchanged.
  var mirrored: Stroke {
    switch self {
    case .rectangle(let left, let right, let top, let bottom, let color):
      .rectangle(1 - right, 1 - left, top, bottom, color)
    case .disc(let x, let y, let radius, let color): .disc(1 - x, y, radius, color)
    case .triangle(let a, let b, let c, let color):
      .triangle(Point(1 - a.x, a.y), Point(1 - b.x, b.y), Point(1 - c.x, c.y), color)
    case .pixels: self
    }
  }

  private static func side(_ a: Point, _ b: Point, _ x: Double, _ y: Double) -> Double {
    (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)
  }
}

/// Colours and lines behind all things.
struct WorldLook: Sendable {
  var background = Color.black
  /// The colour of the line at the left and upper edge of each tile; nil for none.
  var grid: Color?
  /// The layer of the ground, which leaves a cell empty; -1 where there is none.
  var groundLayer = -1
}
