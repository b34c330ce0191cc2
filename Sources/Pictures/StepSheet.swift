import EnvironmentKit

/// Pictures side by side that go from one thing to another, a word above each, in rows with a name.
package struct StepSheet: Hashable, Sendable {
  /// One picture.
  package struct Step: Hashable, Sendable {
    /// The picture.
    package var picture: Frame
    /// Stands above it, short.
    package var caption: String
    /// Whether a border sets it off.
    package var isMarked: Bool

    /// Creates a step.
    package init(_ picture: Frame, _ caption: String = "", isMarked: Bool = false) {
      (self.picture, self.caption, self.isMarked) = (picture, caption, isMarked)
    }
  }

  /// Pictures from left to right.
  package struct Row: Hashable, Sendable {
    /// Stands before them.
    package var name: String
    /// Stands below the name.
    package var note: String
    /// The pictures.
    package var steps: [Step]

    /// Creates a row.
    package init(_ name: String, note: String = "", _ steps: [Step]) {
      (self.name, self.note, self.steps) = (name, note, steps)
    }
  }

  /// Stands above all.
  package var title: String
  /// Stands below the title; empty leaves no room for it.
  package var note: String
  /// The rows from top to bottom.
  package var rows: [Row]

  /// Creates a sheet.
  package init(title: String, note: String = "", rows: [Row]) {
    (self.title, self.note, self.rows) = (title, note, rows)
  }

  /// Pixels of a picture's side beside which a caption has room.
  private static let roomySide = 104

  /// The sheet as a picture.
  ///
  /// - Parameter scale: integer magnification of the text.
  package func frame(scale: Int = 2) -> Frame {
    let all = rows.flatMap(\.steps).map(\.picture)
    let side = all.map { max($0.width, $0.height) }.max() ?? 1
    let zoom = max(1, (Self.roomySide + side - 1) / max(1, side))
    let (margin, gap, line) = (8 * scale, 4 * scale, Font.lineHeight * scale)
    let cell = (
      width: (all.map(\.width).max() ?? 1) * zoom, height: (all.map(\.height).max() ?? 1) * zoom
    )
    let texts = rows.flatMap { [$0.name, $0.note] }
    let names = texts.map { Font.width(of: $0, scale: scale) }.max() ?? 0
    let left = margin + (names > 0 ? names + 6 * scale : 0)
    let top = margin + line + (note.isEmpty ? 0 : line) + 2 * scale
    let captions = rows.map { $0.steps.contains { !$0.caption.isEmpty } ? line : 0 }
    let height = captions.reduce(rows.count * (cell.height + gap), +)
    let columns = rows.map(\.steps.count).max() ?? 0
    let words = [title, note].map { Font.width(of: $0, scale: scale) }.max() ?? 0
    let width = max(left + columns * (cell.width + gap) - gap, margin + words) + margin
    return Frame(drawnAt: width, top + height + margin / 2) { canvas in
      canvas.write(title, x: margin, y: margin, scale: scale)
      canvas.write(note, x: margin, y: margin + line, Theme.secondary, scale: scale)
      var y = top
      for (row, caption) in zip(rows, captions) {
        defer { y += caption + cell.height + gap }
        let middle = y + caption + cell.height / 2
        canvas.write(row.name, x: margin, y: middle - 11 * scale, scale: scale)
        canvas.write(row.note, x: margin, y: middle + scale, Theme.secondary, scale: scale)
        for (column, step) in row.steps.enumerated() {
          let x = left + column * (cell.width + gap)
          canvas.write(
            step.caption, x: x + cell.width / 2, y: y,
            step.isMarked ? Theme.accent : Theme.secondary, scale: scale, alignment: .center,
            limit: cell.width + gap)
          canvas.draw(step.picture, x: x, y: y + caption, scale: zoom)
          guard step.isMarked else { continue }
          canvas.outline(
            Area(x: x, y: y + caption, width: cell.width, height: cell.height).inset(-scale),
            Theme.accent, thickness: scale)
        }
      }
    }
  }
}
