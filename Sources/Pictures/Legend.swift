package import EnvironmentKit

/// What a colour stands for.
package struct LegendEntry: Hashable {
  /// How the colour is drawn.
  package enum Mark: Hashable {
    case line, dashed, level, bar
  }

  package let name: String
  package let color: Color
  package var mark = Mark.line

  /// Creates an entry.
  package init(name: String, color: Color, mark: Mark = .line) {
    (self.name, self.color, self.mark) = (name, color, mark)
  }
}

/// Names beside samples of their colours, in as many rows as they need: none is cut.
package struct Legend {
  /// A piece of a name and where it stands.
  package struct Piece: Hashable {
    /// The index of its entry.
    package let entry: Int
    package let text: String
    /// Whether it is the entry's first, with the sample before it.
    package let isFirst: Bool
    /// Where the sample, or its room, begins.
    package let x: Double
    package let row: Int
  }

  let entries: [LegendEntry]
  /// The names in order.
  package let pieces: [Piece]
  /// Rows used.
  var rows: Int { (pieces.last?.row ?? -1) + 1 }

  /// Sets names in rows.
  ///
  /// - Parameters:
  ///   - entries: the names with their colours.
  ///   - limit: the width to be filled.
  ///   - sample: width of a sample with the gap behind it.
  ///   - gap: between two entries.
  ///   - width: measures a text.
  ///   - wrap: breaks a text into lines no wider than a limit.
  init(
    _ entries: [LegendEntry], limit: Double, sample: Double, gap: Double,
    width: (String) -> Double, wrap: (String, Double) -> [String]
  ) {
    self.entries = entries
    var pieces: [Piece] = []
    var (x, row) = (0.0, 0)
    for (index, entry) in entries.enumerated() {
      if x > 0, x + sample + width(entry.name) > limit { (x, row) = (0, row + 1) }
      let lines = wrap(entry.name, limit - sample - x)
      for (number, line) in lines.enumerated() {
        if number > 0 { row += 1 }
        pieces.append(Piece(entry: index, text: line, isFirst: number == 0, x: x, row: row))
      }
      x += sample + (lines.map(width).max() ?? 0) + gap
      if lines.count > 1 { (x, row) = (0, row + 1) }
    }
    self.pieces = pieces
  }

  /// Sets names in rows of bitmap text.
  package init(_ entries: [LegendEntry], limit: Int, scale: Int) {
    self.init(
      entries, limit: Double(limit), sample: Double(13 * scale), gap: Double(12 * scale),
      width: { Double(Font.width(of: $0, scale: scale)) },
      wrap: { Font.wrapped($0, to: Int($1), scale: scale) })
  }

  /// Draws the rows, the first at a place.
  func draw(on canvas: Canvas, x: Int, y: Int, scale: Int) {
    for piece in pieces {
      let entry = entries[piece.entry]
      let (left, top) = (x + Int(piece.x), y + piece.row * Font.lineHeight * scale)
      if piece.isFirst { drawSample(entry, on: canvas, x: left, y: top, scale) }
      canvas.write(piece.text, x: left + 13 * scale, y: top, Theme.secondary, scale: scale)
    }
  }

  private func drawSample(_ entry: LegendEntry, on canvas: Canvas, x: Int, y: Int, _ scale: Int) {
    switch entry.mark {
    case .line:
      canvas.fillRectangle(
        x: x, y: y + 2 * scale, width: 10 * scale, height: 2 * scale, entry.color)
    case .bar:
      canvas.fillRectangle(x: x + 2 * scale, y: y, width: 7 * scale, height: 7 * scale, entry.color)
    case .dashed, .level:
      let (part, thick) = entry.mark == .dashed ? (4, 2 * scale) : (2, scale)
      for start in stride(from: 0, to: 10, by: 2 * part - (part == 4 ? 2 : 0)) {
        canvas.fillRectangle(
          x: x + start * scale, y: y + 3 * scale, width: min(part, 10 - start) * scale,
          height: thick, entry.color)
      }
    }
  }
}
