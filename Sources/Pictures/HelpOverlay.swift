public import EnvironmentKit

/// A list of keys and what they do, laid over a picture.
public struct HelpOverlay: Hashable, Sendable {
  /// One key.
  public struct Entry: Hashable, Sendable {
    /// The key's name as people read it: `Esc`, `Shift-Enter`, `←`.
    public var key: String
    /// What it does.
    public var meaning: String

    /// Creates an entry.
    public init(key: String, meaning: String) {
      self.key = key
      self.meaning = meaning
    }
  }

  /// Stands above.
  public var title: String
  /// The keys, from top to bottom.
  public var entries: [Entry]

  /// Creates an overlay.
  public init(title: String = "Keys", entries: [Entry]) {
    self.title = title
    self.entries = entries
  }

  /// Draws the list over the middle of a canvas, in two columns where one is too high.
  ///
  /// - Parameters:
  ///   - canvas: what it is laid over.
  ///   - scale: magnification of the text; a lower one is taken where the list is too large.
  public func draw(on canvas: Canvas, scale: Int = 1) {
    let scale = (1...max(1, scale)).last { fits(canvas, $0) } ?? 1
    let line = Font.lineHeight * scale
    let (columns, keyWidth, wanted) = measure(canvas, scale)
    let width = min(canvas.width, wanted)
    let shownRows = (entries.count + columns - 1) / columns
    let height = min(canvas.height, (shownRows + 3) * line)
    let box = Area(
      x: (canvas.width - width) / 2, y: (canvas.height - height) / 2, width: width, height: height)
    canvas.tint(canvas.area, .black, 0.55)
    canvas.fill(box, Theme.panel)
    canvas.outline(box, Theme.border, thickness: scale)
    let inside = box.inset(10 * scale)
    canvas.write(title, x: inside.x, y: inside.y, scale: scale, limit: inside.width)
    for (index, entry) in entries.enumerated() {
      let (column, row) = index.quotientAndRemainder(dividingBy: shownRows)
      let step = (inside.width + 14 * scale) / columns
      let place = (x: inside.x + column * step, y: inside.y + (row + 1) * line + 4 * scale)
      canvas.write(entry.key, x: place.x, y: place.y, Theme.accent, scale: scale, limit: step)
      canvas.write(
        entry.meaning, x: place.x + keyWidth, y: place.y, scale: scale,
        limit: max(0, step - keyWidth - 14 * scale))
    }
  }

  /// Columns of the list, the width of its keys, and the width of all.
  private func measure(
    _ canvas: Canvas, _ scale: Int
  ) -> (columns: Int, keyWidth: Int, width: Int) {
    let line = Font.lineHeight * scale
    let rows = max(1, (canvas.height - 5 * line) / line)
    let columns = max(1, (entries.count + rows - 1) / rows)
    let keyWidth = (entries.map { Font.width(of: $0.key, scale: scale) }.max() ?? 0) + 10 * scale
    let textWidth = entries.map { Font.width(of: $0.meaning, scale: scale) }.max() ?? 0
    return (columns, keyWidth, columns * (keyWidth + textWidth + 14 * scale) + 10 * scale)
  }

  private func fits(_ canvas: Canvas, _ scale: Int) -> Bool {
    measure(canvas, scale).width <= canvas.width
      && canvas.height > 6 * Font.lineHeight * scale
  }
}
