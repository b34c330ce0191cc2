import EnvironmentKit

#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

extension MiniGrid {
  /// Draws one tile as the library does: in threefold resolution, point by point, then averaged.
  ///
  /// Coordinates are shares of a tile, x to the right and y downwards. Precision follows the library's,
  /// single where that is single, so that every edge falls on the same points.
  struct TilePainter {
    private static let subdivisions = 3
    private let extent: Int
    private var points: [Color]

    private init(size: Int) {
      extent = size * Self.subdivisions
      points = Array(repeating: .black, count: extent * extent)
    }

    /// Returns `size`×`size`×3 bytes.
    static func paint(
      _ cell: Cell, agent: Direction?, isHighlighted: Bool, size: Int
    ) -> [UInt8] {
      var painter = TilePainter(size: size)
      painter.fillRectangle(0, 0.031, 0, 1, Paint.grey.color)
      painter.fillRectangle(0, 1, 0, 0.031, Paint.grey.color)
      painter.fill(cell)
      if let agent { painter.fillAgent(agent) }
      if isHighlighted { painter.highlight() }
      return painter.averaged(size: size)
    }

    private mutating func fill(_ color: Color, where isInside: (Double, Double) -> Bool) {
      for row in 0..<extent {
        let y = (Double(row) + 0.5) / Double(extent)
        for column in 0..<extent {
          let x = (Double(column) + 0.5) / Double(extent)
          if isInside(x, y) { points[row * extent + column] = color }
        }
      }
    }

    private mutating func fillRectangle(
      _ left: Double, _ right: Double, _ top: Double, _ bottom: Double, _ color: Color
    ) {
      fill(color) { x, y in x >= left && x <= right && y >= top && y <= bottom }
    }

    private mutating func fillDisc(
      _ middleX: Double, _ middleY: Double, _ r: Double, _ color: Color
    ) {
      fill(color) { x, y in
        (x - middleX) * (x - middleX) + (y - middleY) * (y - middleY) <= r * r
      }
    }

    private mutating func fill(_ cell: Cell) {
      let color = cell.paint.color
      switch cell.kind {
      case .unseen, .empty, .agent: break
      case .wall, .goal: fillRectangle(0, 1, 0, 1, color)
      case .floor: fillRectangle(0.031, 1, 0.031, 1, Self.scaled(color, 0.5))
      case .door: fillDoor(cell.state, color)
      case .key: fillKey(color)
      case .ball: fillDisc(0.5, 0.5, 0.31, color)
      case .box: fillBox(color)
      case .lava: fillLava()
      }
    }

    private mutating func fillDoor(_ state: DoorState, _ color: Color) {
      switch state {
      case .open:
        fillRectangle(0.88, 1, 0, 1, color)
        fillRectangle(0.92, 0.96, 0.04, 0.96, .black)
      case .locked:
        fillRectangle(0, 1, 0, 1, color)
        fillRectangle(0.06, 0.94, 0.06, 0.94, Self.scaled(color, 0.45))
        fillRectangle(0.52, 0.75, 0.50, 0.56, color)
      case .closed:
        fillRectangle(0, 1, 0, 1, color)
        fillRectangle(0.04, 0.96, 0.04, 0.96, .black)
        fillRectangle(0.08, 0.92, 0.08, 0.92, color)
        fillRectangle(0.12, 0.88, 0.12, 0.88, .black)
        fillDisc(0.75, 0.50, 0.08, color)
      }
    }

    private mutating func fillKey(_ color: Color) {
      fillRectangle(0.50, 0.63, 0.31, 0.88, color)
      fillRectangle(0.38, 0.50, 0.59, 0.66, color)
      fillRectangle(0.38, 0.50, 0.81, 0.88, color)
      fillDisc(0.56, 0.28, 0.190, color)
      fillDisc(0.56, 0.28, 0.064, .black)
    }

    private mutating func fillBox(_ color: Color) {
      fillRectangle(0.12, 0.88, 0.12, 0.88, color)
      fillRectangle(0.18, 0.82, 0.18, 0.82, .black)
      fillRectangle(0.16, 0.84, 0.47, 0.53, color)
    }

    private mutating func fillLava() {
      fillRectangle(0, 1, 0, 1, Color(255, 128, 0))
      for wave in 0..<3 {
        let crest = 0.3 + 0.2 * Double(wave)
        let trough = 0.4 + 0.2 * Double(wave)
        fillStroke(0.1, crest, 0.3, trough)
        fillStroke(0.3, trough, 0.5, crest)
        fillStroke(0.5, crest, 0.7, trough)
        fillStroke(0.7, trough, 0.9, crest)
      }
    }

    /// A black line 0.06 wide.
    private mutating func fillStroke(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) {
      let r = 0.03
      let (startX, startY) = (Float(x0), Float(y0))
      let (wayX, wayY) = (Float(x1) - startX, Float(y1) - startY)
      let length = (wayX * wayX + wayY * wayY).squareRoot()
      let (unitX, unitY) = (Double(wayX / length), Double(wayY / length))
      fill(.black) { x, y in
        guard x >= min(x0, x1) - r, x <= max(x0, x1) + r else { return false }
        guard y >= min(y0, y1) - r, y <= max(y0, y1) + r else { return false }
        let (fromX, fromY) = (x - Double(startX), y - Double(startY))
        let along = min(max(fromX * unitX + fromY * unitY, 0), Double(length))
        let offX = x - (Double(startX) + along * unitX)
        let offY = y - (Double(startY) + along * unitY)
        return (offX * offX + offY * offY).squareRoot() <= r
      }
    }

    /// A red triangle that points where the agent looks, by barycentric coordinates.
    private mutating func fillAgent(_ direction: Direction) {
      let (backX, backY): (Float, Float) = (0.12, 0.19)
      let (side, nose): ((Float, Float), (Float, Float)) = (
        (0.12 - backX, 0.81 - backY), (0.87 - backX, 0.50 - backY)
      )
      let sideSide = side.0 * side.0 + side.1 * side.1
      let sideNose = side.0 * nose.0 + side.1 * nose.1
      let noseNose = nose.0 * nose.0 + nose.1 * nose.1
      let scale = Double(1 / (sideSide * noseNose - sideNose * sideNose))
      let angle = 0.5 * Double.pi * Double(direction.rawValue)
      let (cosine, sine) = (cos(-angle), sin(-angle))
      fill(Paint.red.color) { x, y in
        let turnedX = 0.5 + (x - 0.5) * cosine - (y - 0.5) * sine
        let turnedY = 0.5 + (y - 0.5) * cosine + (x - 0.5) * sine
        let (fromX, fromY) = (turnedX - Double(backX), turnedY - Double(backY))
        let sidePoint = Double(side.0) * fromX + Double(side.1) * fromY
        let nosePoint = Double(nose.0) * fromX + Double(nose.1) * fromY
        let u = (Double(noseNose) * sidePoint - Double(sideNose) * nosePoint) * scale
        let v = (Double(sideSide) * nosePoint - Double(sideNose) * sidePoint) * scale
        return u >= 0 && v >= 0 && u + v < 1
      }
    }

    private static func scaled(_ color: Color, _ share: Double) -> Color {
      func scale(_ component: UInt8) -> UInt8 { UInt8(share * Double(component)) }
      return Color(scale(color.red), scale(color.green), scale(color.blue))
    }

    /// Moves every point 30 % of the way to white, cutting off fractions.
    private mutating func highlight() {
      func lighten(_ component: UInt8) -> UInt8 {
        UInt8(Double(component) + 0.30 * Double(255 - component))
      }
      for index in points.indices {
        let point = points[index]
        points[index] = Color(lighten(point.red), lighten(point.green), lighten(point.blue))
      }
    }

    /// Means over the columns, then the rows, of each pixel's points, cutting off fractions.
    private func averaged(size: Int) -> [UInt8] {
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
}
