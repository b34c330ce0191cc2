import EnvironmentKit

/// A figure of one cell, drawn as 12×12 squares: a character each, `.` where one sees through, `~` where it
/// throws a shadow.
struct Sprite: Sendable {
  /// Squares along a side.
  private static let size = 12
  /// The sides of cells, in pixels, for which figures are made ready: those of observations.
  private static let readySides = [6, 8]
  /// What of the light a shadow takes away.
  private static let shadow: Float = 0.4

  /// Red, green and blue of 0…255 times how much of a square they cover, and that: row after row.
  private let squares: [SIMD4<Float>]
  /// The pixels of the figure in cells of `readySides`.
  private let ready: [[Ink]]

  /// What a pixel is painted with.
  private struct Ink: Sendable {
    /// What is added, and what is kept of each of 256 parts of what is there.
    var red, green, blue, kept: UInt16

    init(_ paint: SIMD4<Float>) {
      let rounded = paint + 0.5
      (red, green, blue) = (UInt16(rounded.x), UInt16(rounded.y), UInt16(rounded.z))
      kept = UInt16((256 * (1 - paint.w) + 0.5).rounded(.down))
    }
  }

  /// Reads a figure.
  ///
  /// - Parameters:
  ///   - text: twelve lines of twelve characters.
  ///   - palette: what colour a character is.
  init(_ text: String, _ palette: [Character: Color]) {
    let lines = text.split(separator: "\n")
    precondition(
      lines.count == Self.size && lines.allSatisfy { $0.count == Self.size },
      "Sprite: \(lines.count) lines; give 12 of 12 characters")
    let squares = lines.flatMap { line in
      line.map { character -> SIMD4<Float> in
        if character == "~" { return SIMD4(0, 0, 0, Self.shadow) }
        guard let color = palette[character] else { return .zero }
        return SIMD4(Float(color.red), Float(color.green), Float(color.blue), 1)
      }
    }
    self.squares = squares
    ready = Self.readySides.map { side in
      (0..<side * side).map { Self.ink(column: $0 % side, row: $0 / side, of: side, squares) }
    }
  }

  /// Draws the figure into a cell, perhaps mirrored.
  ///
  /// A pixel gets the mean of the squares that it covers.
  func draw(in cell: Cell, _ view: ArcadeView, mirrored: Bool = false) {
    let side = view.side
    guard let index = Self.readySides.firstIndex(of: side) else {
      return paint(cell, view, mirrored) { Self.ink(column: $0, row: $1, of: side, squares) }
    }
    ready[index].withUnsafeBufferPointer { pixels in
      paint(cell, view, mirrored) { pixels[$1 * side + $0] }
    }
  }

  @inline(__always)
  private func paint(
    _ cell: Cell, _ view: ArcadeView, _ mirrored: Bool, _ ink: (_ column: Int, _ row: Int) -> Ink
  ) {
    let (side, canvas) = (view.side, view.canvas)
    let (left, top) = (view.left + cell.x * side, view.top + cell.y * side)
    let columns = max(0, -left)..<max(0, -left, min(side, canvas.width - left))
    for row in max(0, -top)..<max(0, -top, min(side, canvas.height - top)) {
      var pixel = canvas.base + ((top + row) * canvas.width + left + columns.lowerBound) * 3
      for column in columns {
        let ink = ink(mirrored ? side - 1 - column : column, row)
        pixel[0] = UInt8(truncatingIfNeeded: ink.red + (UInt16(pixel[0]) &* ink.kept) >> 8)
        pixel[1] = UInt8(truncatingIfNeeded: ink.green + (UInt16(pixel[1]) &* ink.kept) >> 8)
        pixel[2] = UInt8(truncatingIfNeeded: ink.blue + (UInt16(pixel[2]) &* ink.kept) >> 8)
        pixel += 3
      }
    }
  }

  /// The mean of the squares under a pixel of a cell of so many.
  private static func ink(column: Int, row: Int, of side: Int, _ squares: [SIMD4<Float>]) -> Ink {
    let extent = Float(size) / Float(side)
    var sum = SIMD4<Float>.zero
    forEachSquare(from: Float(row) * extent, extent) { y, height in
      forEachSquare(from: Float(column) * extent, extent) { x, width in
        sum += squares[y * size + x] * (width * height)
      }
    }
    return Ink(sum / (extent * extent))
  }

  /// Hands out the squares along a stretch, and how much of each lies in it.
  @inline(__always)
  private static func forEachSquare(
    from start: Float, _ extent: Float, _ body: (_ square: Int, _ share: Float) -> Void
  ) {
    let end = start + extent
    var square = Int(start)
    while square < size {
      let share = min(end, Float(square + 1)) - max(start, Float(square))
      // A sliver that rounding leaves is no square.
      guard share > 1e-3 else { return }
      body(square, share)
      square += 1
    }
  }
}
