import EnvironmentKit

/// The ground of a plot: title, axes with ticks, grid, and where values lie in pixels.
struct Chart {
  let x: Axis
  let y: Axis
  let scale: Int
  /// Where marks may be drawn.
  let inside: Area
  private let area: Area
  private let title: String
  private let xLabel: String
  private let yLabel: String
  private let showsXTicks: Bool

  init(
    area: Area, x: Axis, y: Axis, title: String, xLabel: String, yLabel: String,
    legendRows: Int = 0, showsXTicks: Bool = true, scale: Int
  ) {
    self.area = area
    self.x = x
    self.y = y
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.showsXTicks = showsXTicks
    self.scale = scale
    let line = Font.lineHeight * scale
    let widest = y.labels.map { Font.width(of: $0, scale: scale) }.max() ?? 0
    inside = area.inset(
      left: widest + 6 * scale + (yLabel.isEmpty ? 0 : line),
      top: (title.isEmpty ? 6 * scale : line + 4 * scale) + legendRows * line,
      right: 10 * scale,
      bottom: (showsXTicks ? line + 2 * scale : 4 * scale) + (xLabel.isEmpty ? 0 : line))
  }

  func column(_ value: Double) -> Float {
    Float(inside.x) + Float(x.position(of: value)) * Float(inside.width)
  }

  func row(_ value: Double) -> Float {
    Float(inside.bottom) - Float(y.position(of: value)) * Float(inside.height)
  }

  func drawGround(on canvas: Canvas) {
    canvas.fill(inside, Theme.panel)
    canvas.write(
      title, x: area.x + 2 * scale, y: area.y + 2 * scale, scale: scale,
      limit: area.width - 4 * scale)
    drawYTicks(on: canvas)
    if showsXTicks { drawXTicks(on: canvas) }
    if !xLabel.isEmpty {
      canvas.write(
        xLabel, x: inside.x + inside.width / 2, y: area.bottom - 9 * scale, Theme.secondary,
        scale: scale, alignment: .center, limit: inside.width)
    }
    if !yLabel.isEmpty {
      canvas.writeUpwards(
        Font.fitted(yLabel, to: inside.height, scale: scale), x: area.x + scale,
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
      let half = Font.width(of: label, scale: scale) / 2
      canvas.write(
        label, x: min(max(place - half, area.x), area.right - 2 * half),
        y: inside.bottom + 4 * scale, Theme.secondary, scale: scale)
    }
  }

  /// Draws names beside samples of their colours, in one row under the title.
  func drawLegend(_ entries: [(name: String, color: Color, isDashed: Bool)], on canvas: Canvas) {
    var left = inside.x
    let top = inside.y - 11 * scale
    for entry in entries {
      let sample = (entry.isDashed ? 4 : 10) * scale
      canvas.fillRectangle(
        x: left, y: top + 2 * scale, width: sample, height: 2 * scale, entry.color)
      if entry.isDashed {
        canvas.fillRectangle(
          x: left + 6 * scale, y: top + 2 * scale, width: sample, height: 2 * scale, entry.color)
      }
      left += 13 * scale
      let room = inside.right - left
      if room < Font.advance * 2 * scale { return }
      canvas.write(entry.name, x: left, y: top, Theme.secondary, scale: scale, limit: room)
      left += Font.width(of: entry.name, scale: scale) + 12 * scale
    }
  }

  func drawNotice(_ text: String, on canvas: Canvas) {
    canvas.write(
      text, x: inside.x + inside.width / 2, y: inside.y + inside.height / 2 - 4 * scale,
      Theme.secondary, scale: scale, alignment: .center, limit: inside.width)
  }
}
