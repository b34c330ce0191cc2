import EnvironmentKit

/// A figure of one cell, drawn as 12×12 squares: a character each, `.` where one sees through.
struct Sprite: Sendable {
  /// Squares along a side.
  private static let size = 12
  /// Red, green, blue in 0…255 times the last, which is 1 where a square is, row after row.
  private let squares: [SIMD4<Float>]

  /// Reads a figure.
  ///
  /// - Parameters:
  ///   - text: twelve lines of twelve characters.
  ///   - palette: what colour a character is; others are seen through.
  init(_ text: String, _ palette: [Character: Color]) {
    let lines = text.split(separator: "\n")
    precondition(
      lines.count == Self.size && lines.allSatisfy { $0.count == Self.size },
      "Sprite: \(lines.count) lines; give 12 of 12 characters")
    squares = lines.flatMap { line in
      line.map { character in
        palette[character].map {
          SIMD4(Float($0.red), Float($0.green), Float($0.blue), 1)
        } ?? .zero
      }
    }
  }

  /// Draws the figure into a cell, perhaps mirrored.
  ///
  /// A pixel gets the mean of the squares that it covers.
  func draw(in cell: Cell, _ view: ArcadeView, mirrored: Bool = false) {
    let step = Float(Self.size) / Float(view.side)
    let (left, top) = (view.left + cell.x * view.side, view.top + cell.y * view.side)
    for row in 0..<view.side where 0..<view.canvas.height ~= top + row {
      for column in 0..<view.side where 0..<view.canvas.width ~= left + column {
        let source = mirrored ? view.side - 1 - column : column
        let color = mean(Float(source) * step, Float(row) * step, step)
        guard color.w > 0 else { continue }
        let pixel = view.canvas.base + ((top + row) * view.canvas.width + left + column) * 3
        for channel in 0..<3 {
          let mixed = Float(pixel[channel]) * (1 - color.w) + color[channel] + 0.5
          pixel[channel] = UInt8(max(0, min(255, mixed)))
        }
      }
    }
  }

  /// The mean of the squares under a square of some extent, in squares from the upper left corner.
  private func mean(_ x: Float, _ y: Float, _ extent: Float) -> SIMD4<Float> {
    var sum = SIMD4<Float>.zero
    let (right, bottom) = (min(x + extent, Float(Self.size)), min(y + extent, Float(Self.size)))
    for row in Int(y)..<max(Int(y) + 1, Self.end(bottom)) {
      let height = min(bottom, Float(row + 1)) - max(y, Float(row))
      for column in Int(x)..<max(Int(x) + 1, Self.end(right)) {
        let width = min(right, Float(column + 1)) - max(x, Float(column))
        sum += squares[row * Self.size + column] * (width * height)
      }
    }
    return sum / (extent * extent)
  }

  /// The squares that begin before a place.
  private static func end(_ place: Float) -> Int {
    let whole = Int(place)
    // A sliver that rounding leaves is no square.
    return place - Float(whole) > 1e-3 ? min(size, whole + 1) : whole
  }
}
