import EnvironmentKit

/// The ground of a plot: title, legend, axes with ticks, grid, and where values lie in pixels.
///
/// Titles and names that are too long for one line take several: nothing is cut.
struct Chart {
  let x: Axis
  let y: Axis
  let scale: Int
  /// Where marks may be drawn.
  let inside: Area
  private let area: Area
  private let titleLines: [String]
  private let xLines: [String]
  private let yLines: [String]
  private let legend: Legend
  private let showsXTicks: Bool
  private let showsYTicks: Bool

  /// Lays a ground out.
  ///
  /// - Parameters:
  ///   - area: where everything stands.
  ///   - x: the horizontal axis.
  ///   - y: the vertical axis.
  ///   - title: stands above; empty for none.
  ///   - xLabel: stands below; empty for none.
  ///   - yLabel: stands at the left, upwards; empty for none.
  ///   - legend: names of colours, between title and marks.
  ///   - titleRoom: columns kept free at the right of the title.
  ///   - showsXTicks: whether the horizontal axis has numbers.
  ///   - showsYTicks: whether the vertical axis has numbers.
  ///   - scale: magnification of the text.
  init(
    area: Area, x: Axis, y: Axis, title: String, xLabel: String, yLabel: String,
    legend: [LegendEntry] = [], titleRoom: Int = 0, showsXTicks: Bool = true,
    showsYTicks: Bool = true, scale: Int
  ) {
    (self.area, self.x, self.y, self.scale) = (area, x, y, scale)
    (self.showsXTicks, self.showsYTicks) = (showsXTicks, showsYTicks)
    let line = Font.lineHeight * scale
    titleLines = Font.wrapped(title, to: area.width - 4 * scale - titleRoom, scale: scale)
    let titleHeight = titleLines.isEmpty ? 6 * scale : titleLines.count * line + 4 * scale
    let below = showsXTicks ? line + 2 * scale : 4 * scale
    let roughHeight =
      area.height - titleHeight - below - (xLabel.isEmpty ? 0 : line) - (legend.isEmpty ? 0 : line)
    yLines = Font.wrapped(yLabel, to: roughHeight, scale: scale)
    let widest = y.labels.map { Font.width(of: $0, scale: scale) }.max() ?? 0
    let left = (showsYTicks ? widest + 6 * scale : 4 * scale) + yLines.count * line
    let width = area.width - left - 10 * scale
    xLines = Font.wrapped(xLabel, to: width, scale: scale)
    self.legend = Legend(legend, limit: width, scale: scale)
    inside = area.inset(
      left: left, top: titleHeight + self.legend.rows * line, right: 10 * scale,
      bottom: below + xLines.count * line)
  }

  func column(_ value: Double) -> Float {
    Float(inside.x) + Float(x.position(of: value)) * Float(inside.width)
  }

  func row(_ value: Double) -> Float {
    Float(inside.bottom) - Float(y.position(of: value)) * Float(inside.height)
  }

  /// Whether the numbers of the vertical axis stand clear of each other.
  var hasRoomForTicks: Bool {
    let rows = y.ticks.map(row)
    return zip(rows, rows.dropFirst()).allSatisfy {
      $0 - $1 >= Float(Font.lineHeight * scale)
    }
  }

  func drawGround(on canvas: Canvas) {
    let line = Font.lineHeight * scale
    canvas.fill(inside, Theme.panel)
    for (row, text) in titleLines.enumerated() {
      canvas.write(text, x: area.x + 2 * scale, y: area.y + 2 * scale + row * line, scale: scale)
    }
    legend.draw(on: canvas, x: inside.x, y: inside.y - legend.rows * line + scale, scale: scale)
    if showsYTicks { drawYTicks(on: canvas) }
    if showsXTicks { drawXTicks(on: canvas) }
    for (row, text) in xLines.enumerated() {
      canvas.write(
        text, x: inside.x + inside.width / 2,
        y: area.bottom - 9 * scale - (xLines.count - 1 - row) * line, Theme.secondary,
        scale: scale, alignment: .center)
    }
    for (column, text) in yLines.enumerated() {
      canvas.writeUpwards(
        Font.fitted(text, to: inside.height, scale: scale), x: area.x + scale + column * line,
        centerY: inside.y + inside.height / 2, Theme.secondary, scale: scale)
    }
    canvas.outline(inside, Theme.border)
  }

  private func drawYTicks(on canvas: Canvas) {
    for (tick, label) in zip(y.ticks, y.labels) {
      let height = Int(row(tick).rounded())
      guard height >= inside.y, height <= inside.bottom else { continue }
      canvas.fillRectangle(x: inside.x, y: height, width: inside.width, height: 1, Theme.grid)
      canvas.write(
        label, x: inside.x - 4 * scale, y: height - 3 * scale, Theme.secondary, scale: scale,
        alignment: .trailing)
    }
  }

  private func drawXTicks(on canvas: Canvas) {
    for (tick, label) in zip(x.ticks, x.labels) {
      let place = Int(column(tick).rounded())
      guard place >= inside.x, place <= inside.right else { continue }
      canvas.fillRectangle(x: place, y: inside.y, width: 1, height: inside.height, Theme.grid)
      let width = Font.width(of: label, scale: scale)
      canvas.write(
        label, x: min(max(place - width / 2, area.x), area.right - width),
        y: inside.bottom + 4 * scale, Theme.secondary, scale: scale)
    }
  }

  func drawNotice(_ text: String, on canvas: Canvas) {
    canvas.write(
      text, x: inside.x + inside.width / 2, y: inside.y + inside.height / 2 - 4 * scale,
      Theme.secondary, scale: scale, alignment: .center, limit: inside.width)
  }
}
