public import EnvironmentKit

/// Signed bars side by side from a common zero line, numbered from 0, such as a latent vector's.
public struct BarChart: Hashable, Sendable {
  /// Stands above.
  public var title: String
  /// The heights; those that are not finite show as gaps.
  public var values: [Double]
  /// Heights at the two ends; nil covers the values and zero.
  public var range: ClosedRange<Double>?
  /// Colour of each bar: one for all, or nil for blue below zero and orange above.
  public var color: Color?

  /// Creates a chart.
  public init(
    _ title: String, values: [Double], range: ClosedRange<Double>? = nil, color: Color? = nil
  ) {
    self.title = title
    self.values = values
    self.range = range
    self.color = color
  }

  /// Draws the chart into an area, its text magnified by `scale`.
  public func draw(on canvas: Canvas, in area: Area, scale: Int = 1) {
    let heights = range.map { [$0.lowerBound, $0.upperBound] } ?? values + [0]
    let chart = Chart(
      area: area,
      x: Axis(
        covering: [-0.5, Double(max(1, values.count)) - 0.5],
        tickCount: max(1, area.width / (40 * scale)), isWhole: true),
      y: Axis(covering: heights, tickCount: max(3, area.height / (28 * scale))),
      title: title, xLabel: "", yLabel: "", showsXTicks: values.count > 2,
      showsYTicks: !values.isEmpty,
      scale: scale)
    chart.drawGround(on: canvas)
    for (index, value) in values.enumerated() where !value.isNaN {
      drawBar(index, value, on: chart, canvas)
    }
    drawZero(on: chart, canvas)
    if values.isEmpty { chart.drawNotice("no values yet", on: canvas) }
  }

  private func drawBar(_ index: Int, _ value: Double, on chart: Chart, _ canvas: Canvas) {
    let gap: Float = Float(chart.inside.width) / Float(max(1, values.count)) >= 4 ? 1 : 0
    let left = Int(chart.column(Double(index) - 0.5).rounded())
    let right = max(left + 1, Int((chart.column(Double(index) + 0.5) - gap).rounded()))
    let bounded = min(max(value, chart.y.low), chart.y.high)
    let ends = [chart.row(bounded), chart.row(min(max(0, chart.y.low), chart.y.high))]
    let (top, bottom) = (Int(ends.min() ?? 0), Int((ends.max() ?? 0).rounded(.up)))
    let fill = color ?? (value < 0 ? Theme.series(0) : Theme.series(1))
    canvas.fillRectangle(x: left, y: top, width: right - left, height: max(1, bottom - top), fill)
  }

  private func drawZero(on chart: Chart, _ canvas: Canvas) {
    guard chart.y.low <= 0, chart.y.high >= 0 else { return }
    let row = min(Int(chart.row(0).rounded()), chart.inside.bottom - 1)
    canvas.fillRectangle(
      x: chart.inside.x, y: row, width: chart.inside.width, height: 1, Theme.secondary)
  }

  /// The chart as a picture of its own.
  public func frame(width: Int, height: Int, scale: Int = 1) -> Frame {
    Frame(drawnAt: width, height) { draw(on: $0, in: $0.area.inset(4 * scale), scale: scale) }
  }
}
