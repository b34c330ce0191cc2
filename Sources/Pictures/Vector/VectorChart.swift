import EnvironmentKit

/// The ground of a plot in SVG: title, legend, axes with ticks, grid, and where values lie.
struct VectorChart {
  let x: Axis
  let y: Axis
  let width: Double
  let height: Double
  /// Edges of the place where marks may be drawn.
  let inside: (left: Double, top: Double, right: Double, bottom: Double)
  private let titleLines: [String]
  private let xLines: [String]
  private let yLines: [String]
  private let legend: Legend
  private let shows: (xTicks: Bool, yTicks: Bool)

  private static let margin = 6.0
  private static let sample = 20.0

  /// Lays a ground out.
  ///
  /// - Parameters:
  ///   - width: of the whole.
  ///   - height: of the whole; nil adds `marks` to what text and axes need.
  ///   - marks: height of the place for marks where `height` is nil.
  ///   - names: room at the left for names of groups.
  init(
    width: Double, height: Double?, marks: Double = 0, names: Double = 0, x: Axis, y: Axis,
    title: String, xLabel: String, yLabel: String, legend: [LegendEntry],
    showsXTicks: Bool = true, showsYTicks: Bool = true
  ) {
    (self.x, self.y, shows) = (x, y, (showsXTicks, showsYTicks))
    let line = VectorText.line
    titleLines = VectorText.wrapped(
      title, to: width - 2 * Self.margin, size: VectorText.strongSize)
    let ticks = showsYTicks ? (y.labels.map { VectorText.width(of: $0) }.max() ?? 0) + 8 : 4
    yLines = VectorText.wrapped(yLabel, to: max(60, (height ?? marks + 60) - 90))
    let left = Self.margin + Double(yLines.count) * line + ticks + names
    let right = width - 16
    xLines = VectorText.wrapped(xLabel, to: max(40, right - left))
    self.legend = Legend(
      legend, limit: max(40, right - left), sample: Self.sample, gap: 14,
      width: { VectorText.width(of: $0) }, wrap: { VectorText.wrapped($0, to: $1) })
    let top =
      Self.margin + Double(titleLines.count) * 18 + Double(self.legend.rows) * line + 6
    let below = (showsXTicks ? line + 4 : 4) + Double(xLines.count) * line + Self.margin
    let bottom = height.map { max(top + 1, $0 - below) } ?? top + marks
    self.width = width
    self.height = bottom + below
    inside = (min(left, right - 1), top, right, bottom)
  }

  func column(_ value: Double) -> Double {
    inside.left + x.position(of: value) * (inside.right - inside.left)
  }

  func row(_ value: Double) -> Double {
    inside.bottom - y.position(of: value) * (inside.bottom - inside.top)
  }

  /// Whether a place lies among the marks, edges included; false for what is not a number.
  func contains(_ x: Double, _ y: Double) -> Bool {
    x >= inside.left - 0.5 && x <= inside.right + 0.5 && y >= inside.top - 0.5
      && y <= inside.bottom + 0.5
  }

  /// A drawing with the ground on it.
  func ground() -> VectorDrawing {
    var drawing = VectorDrawing(width: width, height: height)
    drawing.rectangle(
      x: inside.left, y: inside.top, width: inside.right - inside.left,
      height: inside.bottom - inside.top, VectorDrawing.ink, opacity: 0.05)
    for (row, text) in titleLines.enumerated() {
      drawing.text(
        text, x: Self.margin, y: Self.margin + 13 + Double(row) * 18, isStrong: true)
    }
    if shows.yTicks { drawYTicks(on: &drawing) }
    if shows.xTicks { drawXTicks(on: &drawing) }
    drawLabels(on: &drawing)
    drawLegend(on: &drawing)
    return drawing
  }

  private func drawYTicks(on drawing: inout VectorDrawing) {
    for (tick, label) in zip(y.ticks, y.labels) where contains(inside.left, row(tick)) {
      let height = row(tick)
      drawing.line(
        [(inside.left, height), (inside.right, height)], VectorDrawing.ink, opacity: 0.15)
      drawing.text(label, x: inside.left - 5, y: height + 4, .end, isQuiet: true)
    }
  }

  private func drawXTicks(on drawing: inout VectorDrawing) {
    for (tick, label) in zip(x.ticks, x.labels) where contains(column(tick), inside.top) {
      let place = column(tick)
      drawing.line(
        [(place, inside.top), (place, inside.bottom)], VectorDrawing.ink, opacity: 0.15)
      let half = VectorText.width(of: label) / 2
      drawing.text(
        label, x: min(max(place, half), width - half), y: inside.bottom + 14, .middle,
        isQuiet: true)
    }
  }

  private func drawLabels(on drawing: inout VectorDrawing) {
    let line = VectorText.line
    for (row, text) in xLines.enumerated() {
      drawing.text(
        text, x: (inside.left + inside.right) / 2,
        y: height - 4 - Self.margin - Double(xLines.count - 1 - row) * line + 2, .middle,
        isQuiet: true)
    }
    for (column, text) in yLines.enumerated() {
      drawing.text(
        text, x: Self.margin + 10 + Double(column) * line, y: (inside.top + inside.bottom) / 2,
        .middle, isQuiet: true, isUpwards: true)
    }
  }

  private func drawLegend(on drawing: inout VectorDrawing) {
    let top = inside.top - 6 - Double(legend.rows) * VectorText.line
    for piece in legend.pieces {
      let entry = legend.entries[piece.entry]
      let (x, base) = (inside.left + piece.x, top + 12 + Double(piece.row) * VectorText.line)
      if piece.isFirst { drawSample(entry, on: &drawing, x, base) }
      drawing.text(piece.text, x: x + Self.sample, y: base)
    }
  }

  private func drawSample(
    _ entry: LegendEntry, on drawing: inout VectorDrawing, _ x: Double, _ base: Double
  ) {
    let paint = VectorDrawing.paint(entry.color)
    if entry.mark == .bar {
      return drawing.rectangle(x: x + 3, y: base - 9, width: 10, height: 10, paint)
    }
    let dash = [LegendEntry.Mark.dashed: "5 3", .level: "2 3"][entry.mark] ?? ""
    drawing.line(
      [(x, base - 4), (x + 15, base - 4)], paint, thickness: entry.mark == .level ? 1.5 : 2.5,
      dash: dash)
  }

  func drawNotice(_ text: String, on drawing: inout VectorDrawing) {
    drawing.text(
      text, x: (inside.left + inside.right) / 2, y: (inside.top + inside.bottom) / 2, .middle,
      isQuiet: true)
  }
}
