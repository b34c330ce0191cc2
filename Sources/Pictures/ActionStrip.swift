import EnvironmentKit

/// The names of all actions in boxes, the chosen one lit.
struct ActionStrip {
  let names: [String]
  let chosen: Int?

  /// Draws the boxes into the top of an area, in rows as needed.
  ///
  /// - Returns: the height used, in pixels.
  func draw(on canvas: Canvas, in area: Area, scale: Int) -> Int {
    var (x, y) = (area.x, area.y)
    let height = 13 * scale
    for (index, name) in names.enumerated() {
      let width = min(area.width, Font.width(of: name, scale: scale) + 8 * scale)
      if x + width > area.right, x > area.x {
        (x, y) = (area.x, y + height + 2 * scale)
      }
      let box = Area(x: x, y: y, width: width, height: height)
      let isChosen = index == chosen
      canvas.fill(box, isChosen ? Theme.accent : Theme.panel)
      canvas.outline(box, isChosen ? Theme.accent : Theme.border, thickness: scale)
      canvas.write(
        name, x: x + 4 * scale, y: y + 3 * scale, isChosen ? Theme.onAccent : Theme.secondary,
        scale: scale, limit: width - 6 * scale)
      x += width + 3 * scale
    }
    return names.isEmpty ? 0 : y + height + 2 * scale - area.y
  }
}
