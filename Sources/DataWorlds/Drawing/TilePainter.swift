import EnvironmentKit

/// Paints one tile in threefold resolution, point by point, and averages, as MiniGrid does.
struct TilePainter {
  private static let subdivisions = 3
  private let size: Int
  private let extent: Int
  private var points: [Color]

  init(size: Int, background: Color) {
    self.size = size
    extent = size * Self.subdivisions
    points = Array(repeating: background, count: extent * extent)
  }

  /// Draws a picture, turned where it turns.
  mutating func draw(_ picture: Picture, heading: Heading) {
    for stroke in picture.strokes { draw(stroke, heading: picture.turns ? heading : .right) }
  }

  mutating func draw(_ stroke: Stroke, heading: Heading = .right) {
    for row in 0..<extent {
      let y = (Double(row) + 0.5) / Double(extent)
      for column in 0..<extent {
        let x = (Double(column) + 0.5) / Double(extent)
        let (turnedX, turnedY) = Self.turn(x, y, heading)
        if let color = stroke.color(turnedX, turnedY) { points[row * extent + column] = color }
      }
    }
  }

  /// Where a point lies in the picture that looks to the right.
  private static func turn(_ x: Double, _ y: Double, _ heading: Heading) -> (Double, Double) {
    switch heading {
    case .right: (x, y)
    case .down: (y, 1 - x)
    case .left: (1 - x, 1 - y)
    case .up: (1 - y, x)
    }
  }

  /// Moves every point 30 % of the way to white, cutting off fractions.
  mutating func light() {
    func lighten(_ component: UInt8) -> UInt8 {
      UInt8(Double(component) + 0.30 * Double(255 - component))
    }
    for index in points.indices {
      let point = points[index]
      points[index] = Color(lighten(point.red), lighten(point.green), lighten(point.blue))
    }
  }

  /// Means of each pixel's points over the columns, then over the rows, cutting off fractions.
  func averaged() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size * size * 3)
    for y in 0..<size {
      for x in 0..<size {
        for component in [\Color.red, \Color.green, \Color.blue] {
          bytes.append(mean(x, y, component))
        }
      }
    }
    return bytes
  }

  private func mean(_ x: Int, _ y: Int, _ component: KeyPath<Color, UInt8>) -> UInt8 {
    let count = Self.subdivisions
    var sum = 0.0
    for row in y * count..<(y + 1) * count {
      let start = row * extent + x * count
      let total = points[start..<start + count].reduce(0) { $0 + Int($1[keyPath: component]) }
      sum += Double(total) / Double(count)
    }
    return UInt8(sum / Double(count))
  }
}
