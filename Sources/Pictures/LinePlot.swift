public import EnvironmentKit

/// One curve of a plot, with a band around it where there is one.
public struct Series: Hashable, Sendable {
  /// What the legend calls it.
  public var name: String
  /// Where its points lie from left to right.
  public var x: [Double]
  /// How high they lie; a value that is not finite leaves a gap.
  public var y: [Double]
  /// Lower edge of the band at each point; empty for no band.
  public var low: [Double]
  /// Upper edge of the band at each point; empty for no band.
  public var high: [Double]
  /// Its colour; nil takes the theme's next.
  public var color: Color?
  /// Whether the curve is dashed.
  public var isDashed: Bool

  /// Creates a curve.
  ///
  /// - Precondition: all lists are of one length, but that both edges of the band may be empty.
  public init(
    _ name: String, x: [Double], y: [Double], low: [Double] = [], high: [Double] = [],
    color: Color? = nil, isDashed: Bool = false
  ) {
    precondition(
      x.count == y.count && low.count == high.count && (low.isEmpty || low.count == x.count),
      "Series \(name): \(x.count) x, \(y.count) y, band of \(low.count) and \(high.count);"
        + " all lists must be of one length")
    self.name = name
    self.x = x
    self.y = y
    self.low = low
    self.high = high
    self.color = color
    self.isDashed = isDashed
  }

  /// Creates a curve of values at 0, 1, 2, ….
  public init(_ name: String, _ y: [Double], color: Color? = nil) {
    self.init(name, x: y.indices.map(Double.init), y: y, color: color)
  }
}

/// A level to compare curves with, drawn from edge to edge.
public struct ReferenceLine: Hashable, Sendable {
  /// What stands on it.
  public var name: String
  /// How high it lies; one that is not finite is left out.
  public var value: Double
  /// Its colour.
  public var color: Color

  /// Creates a level.
  public init(_ name: String, _ value: Double, color: Color = Theme.secondary) {
    self.name = name
    self.value = value
    self.color = color
  }
}

/// Curves over a common axis, with bands, reference levels and a legend.
public struct LinePlot: Hashable, Sendable {
  /// Stands above.
  public var title: String
  /// What the horizontal axis shows.
  public var xLabel: String
  /// What the vertical axis shows.
  public var yLabel: String
  /// The curves, drawn in this order.
  public var series: [Series]
  /// The levels.
  public var references: [ReferenceLine]
  /// How values lie along the vertical axis.
  public var yScale: AxisScale
  /// Values that the vertical axis covers whatever the curves do.
  public var yIncludes: [Double]

  /// Creates a plot.
  public init(
    _ title: String, xLabel: String = "", yLabel: String = "", series: [Series],
    references: [ReferenceLine] = [], yScale: AxisScale = .linear, yIncludes: [Double] = []
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.references = references
    self.yScale = yScale
    self.yIncludes = yIncludes
  }

  /// Draws the plot into an area, its text magnified by `scale`.
  public func draw(on canvas: Canvas, in area: Area, scale: Int = 1) {
    func ground(yTicks: Int) -> Chart {
      let axes = axes(xTicks: max(1, area.width / (70 * scale)), yTicks: max(1, yTicks))
      return Chart(
        area: area, x: axes.x, y: axes.y, title: title, xLabel: xLabel, yLabel: yLabel,
        legend: legend, showsXTicks: hasCurves, showsYTicks: hasLevels, scale: scale)
    }
    let full = ground(yTicks: area.height / (26 * scale))
    // Title and legend may leave less room than the whole area promises.
    let chart =
      full.hasRoomForTicks ? full : ground(yTicks: full.inside.height / (26 * scale))
    chart.drawGround(on: canvas)
    let marks = LineMarks(chart: chart)
    for (index, curve) in series.enumerated() { marks.drawBand(curve, color(index), on: canvas) }
    for line in references { marks.draw(line, on: canvas) }
    for (index, curve) in series.enumerated() { marks.drawCurve(curve, color(index), on: canvas) }
    if !hasCurves { chart.drawNotice("no data yet", on: canvas) }
  }

  /// The plot as a picture of its own.
  public func frame(width: Int, height: Int, scale: Int = 1) -> Frame {
    Frame(drawnAt: width, height) { draw(on: $0, in: $0.area.inset(4 * scale), scale: scale) }
  }

  /// Whether any curve has a point; else its axes have no numbers.
  public var hasCurves: Bool { series.contains { $0.y.contains(where: \.isFinite) } }

  /// Whether anything says how high things lie.
  var hasLevels: Bool { hasCurves || references.contains { $0.value.isFinite } }

  /// The axes that cover all curves, bands and levels.
  func axes(xTicks: Int, yTicks: Int) -> (x: Axis, y: Axis) {
    let places = series.lazy.flatMap(\.x)
    let curves = series.flatMap { $0.y + $0.low + $0.high }
    return (
      Axis(
        covering: places, tickCount: xTicks, isWhole: places.allSatisfy { $0 == $0.rounded() }),
      Axis(
        covering: curves + references.map(\.value) + yIncludes, scale: yScale, tickCount: yTicks,
        margin: 0.05)
    )
  }

  /// The names of the curves, where there are several, and of the levels with their values.
  package var legend: [LegendEntry] {
    let levels = references.filter { $0.value.isFinite }
    let curves = series.enumerated().map { index, curve in
      LegendEntry(
        name: curve.name, color: color(index), mark: curve.isDashed ? .dashed : .line)
    }
    guard curves.count + levels.count > 1 || series.contains(where: { !$0.low.isEmpty }) else {
      return []
    }
    return curves
      + levels.map {
        LegendEntry(
          name: "\($0.name) \(NumberText.short($0.value))", color: $0.color, mark: .level)
      }
  }

  func color(_ index: Int) -> Color { series[index].color ?? Theme.series(index) }
}
