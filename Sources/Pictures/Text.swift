public import EnvironmentKit

/// Which point of a text its given x names.
public enum TextAlignment: Hashable, Sendable {
  /// The left edge.
  case leading
  /// The middle.
  case center
  /// The right edge.
  case trailing
}

extension Canvas {
  /// Writes one line of text.
  ///
  /// - Parameters:
  ///   - text: one line; characters without a glyph show as a box.
  ///   - x: column of the left edge, the middle or the right edge, as `alignment` says.
  ///   - y: row of the top of the capitals.
  ///   - color: colour of the strokes; nothing else is painted.
  ///   - scale: integer magnification, at least 1.
  ///   - alignment: what `x` names.
  ///   - limit: greatest width in pixels; what is longer ends in `…`.
  public func write(
    _ text: String, x: Int, y: Int, _ color: Color = Theme.text, scale: Int = 1,
    alignment: TextAlignment = .leading, limit: Int? = nil
  ) {
    precondition(scale >= 1, "Canvas.write: scale \(scale); give 1 or more")
    let shown = limit.map { Font.fitted(text, to: $0, scale: scale) } ?? text
    var left = x
    switch alignment {
    case .leading: break
    case .center: left -= Font.width(of: shown, scale: scale) / 2
    case .trailing: left -= Font.width(of: shown, scale: scale)
    }
    for character in shown {
      stamp(Font.glyph(character), x: left, y: y, color, scale: scale)
      left += Font.advance * scale
    }
  }

  /// Writes one line of text from its left edge, one size smaller where it would not fit.
  func writeFitting(
    _ text: String, x: Int, y: Int, _ color: Color = Theme.text, scale: Int, limit: Int
  ) {
    let isTooWide = Font.width(of: text, scale: scale) > limit
    let shown = isTooWide ? max(1, scale - 1) : scale
    // The smaller one stands on the same line.
    write(
      text, x: x, y: y + (scale - shown) * Font.capitalHeight, color, scale: shown,
      limit: max(0, limit))
  }

  /// Writes one line of text upwards, its first character at the bottom.
  ///
  /// - Parameters:
  ///   - text: one line.
  ///   - x: column of the top of the capitals, which lean to the left.
  ///   - centerY: row of the middle of the text.
  ///   - color: colour of the strokes.
  ///   - scale: integer magnification, at least 1.
  public func writeUpwards(
    _ text: String, x: Int, centerY: Int, _ color: Color = Theme.text, scale: Int = 1
  ) {
    var bottom = centerY + Font.width(of: text, scale: scale) / 2
    for character in text {
      let rows = Font.glyph(character)
      forEachPixel(of: rows) { column, row in
        fillRectangle(
          x: x + row * scale, y: bottom - (column + 1) * scale, width: scale, height: scale, color)
      }
      bottom -= Font.advance * scale
    }
  }

  private func stamp(_ rows: [UInt8], x: Int, y: Int, _ color: Color, scale: Int) {
    guard x < width, y < height, x + Font.advance * scale > 0 else { return }
    forEachPixel(of: rows) { column, row in
      fillRectangle(
        x: x + column * scale, y: y + row * scale, width: scale, height: scale, color)
    }
  }

  private func forEachPixel(of rows: [UInt8], _ body: (_ column: Int, _ row: Int) -> Void) {
    for (row, bits) in rows.enumerated() where bits != 0 {
      for column in 0..<Font.glyphWidth where bits >> (Font.glyphWidth - 1 - column) & 1 == 1 {
        body(column, row)
      }
    }
  }
}
