public import EnvironmentKit

/// Named groups of horizontal bars, a colour a series: several measures of several things.
public struct GroupedBars: Hashable, Sendable {
  /// One thing with its measures.
  public struct Group: Hashable, Sendable {
    /// Stands at the left.
    public var name: String
    /// One a series; those that are not finite are left out.
    public var values: [Double]
    /// Where a mark across the bars stands, such as chance; nil for none.
    public var mark: Double?
    /// The interval around each value, drawn as whiskers; nil or a short list for none.
    public var intervals: [ClosedRange<Double>?]

    /// Creates a group.
    public init(
      _ name: String, _ values: [Double], mark: Double? = nil,
      intervals: [ClosedRange<Double>?] = []
    ) {
      self.name = name
      self.values = values
      self.mark = mark
      self.intervals = intervals
    }

    /// An interval of two ends; nil where they are not numbers in order.
    public static func interval(_ low: Double, _ high: Double) -> ClosedRange<Double>? {
      low <= high && low.isFinite && high.isFinite ? low...high : nil
    }

    /// The interval around a value, where there is one.
    func interval(_ index: Int) -> ClosedRange<Double>? {
      intervals.indices.contains(index) ? intervals[index] : nil
    }
  }

  /// Stands above.
  public var title: String
  /// What the legend calls the bars of a group, in order.
  public var series: [String]
  /// The groups, from top to bottom.
  public var groups: [Group]
  /// Values at the two ends; bars beyond are cut there.
  public var range: ClosedRange<Double>
  /// What the horizontal axis shows.
  public var label: String
  /// Pixels of a bar's height at scale 1.
  private static let thickness = 4

  /// Creates a chart.
  ///
  /// - Precondition: every group has one value a series.
  public init(
    _ title: String, series: [String], groups: [Group], range: ClosedRange<Double> = 0...1,
    label: String = ""
  ) {
    precondition(
      groups.allSatisfy { $0.values.count == series.count },
      "GroupedBars \(title): \(series.count) series; give each group as many values")
    self.title = title
    self.series = series
    self.groups = groups
    self.range = range
    self.label = label
  }

  /// The height at which every bar and name has its room.
  ///
  /// - Parameters:
  ///   - width: of the area that the chart is drawn into, in pixels.
  ///   - scale: magnification of the text.
  public func height(width: Int, scale: Int = 1) -> Int {
    let chart = chart(in: Area(x: 0, y: 0, width: width, height: 10_000), scale: scale)
    let group = max(Font.lineHeight, series.count * Self.thickness + 3)
    let titleLines = Font.wrapped(title, to: width - 4 * scale, scale: scale).count
    return titleLines * Font.lineHeight * scale + 10_000 - chart.inside.height
      + (max(1, groups.count) * group + 2) * scale
  }

  /// The names of the series.
  package var legend: [LegendEntry] {
    series.enumerated().map { LegendEntry(name: $1, color: Theme.series($0), mark: .bar) }
  }

  private func chart(in area: Area, scale: Int) -> Chart {
    let names = groups.map { Font.width(of: $0.name, scale: scale) }.max() ?? 0
    let left = min(names + 6 * scale, area.width / 2)
    return Chart(
      area: area.inset(left: left),
      x: Axis(
        covering: [range.lowerBound, range.upperBound], tickCount: max(1, area.width / (70 * scale))
      ), y: Axis(covering: [0, 1], tickCount: 1), title: "", xLabel: label, yLabel: "",
      legend: legend, showsYTicks: false, scale: scale
    )
  }

  /// Draws the chart into an area, its text magnified by `scale`.
  public func draw(on canvas: Canvas, in area: Area, scale: Int = 1) {
    let titleLines = Font.wrapped(title, to: area.width - 4 * scale, scale: scale)
    let line = Font.lineHeight * scale
    for (row, text) in titleLines.enumerated() {
      canvas.write(text, x: area.x + 2 * scale, y: area.y + 2 * scale + row * line, scale: scale)
    }
    let chart = chart(in: area.inset(top: titleLines.count * line), scale: scale)
    chart.drawGround(on: canvas)
    let step = chart.inside.height / max(1, groups.count)
    for (index, group) in groups.enumerated() {
      let band = Area(
        x: chart.inside.x, y: chart.inside.y + index * step, width: chart.inside.width, height: step
      )
      draw(group, band, chart, canvas, scale)
      canvas.write(
        group.name, x: chart.inside.x - 5 * scale, y: band.y + step / 2 - 4 * scale, scale: scale,
        alignment: .trailing, limit: chart.inside.x - area.x - 5 * scale)
    }
    if groups.isEmpty { chart.drawNotice("nothing to show", on: canvas) }
  }

  private func draw(
    _ group: Group, _ band: Area, _ chart: Chart, _ canvas: Canvas, _ scale: Int
  ) {
    let thick = max(1, (band.height - 3 * scale) / max(1, group.values.count))
    let start = Int(chart.column(bounded(0)).rounded())
    for (index, value) in group.values.enumerated() where value.isFinite {
      let end = Int(chart.column(bounded(value)).rounded())
      let bar = Area(
        x: min(start, end), y: band.y + scale + index * thick, width: max(1, abs(end - start)),
        height: max(1, thick - (thick > 2 ? 1 : 0)))
      canvas.fill(bar, Theme.series(index))
      if let interval = group.interval(index) {
        drawWhisker(interval, bar, chart, canvas, scale)
      }
    }
    guard let mark = group.mark, range.contains(mark) else { return }
    canvas.fillRectangle(
      x: Int(chart.column(mark).rounded()), y: band.y, width: scale, height: band.height, Theme.text
    )
  }

  private func drawWhisker(
    _ interval: ClosedRange<Double>, _ bar: Area, _ chart: Chart, _ canvas: Canvas, _ scale: Int
  ) {
    let left = Int(chart.column(bounded(interval.lowerBound)).rounded())
    let right = Int(chart.column(bounded(interval.upperBound)).rounded())
    let middle = bar.y + bar.height / 2
    canvas.fillRectangle(
      x: left, y: middle - scale / 2, width: max(1, right - left), height: scale, Theme.text)
    for x in [left, right - scale] {
      canvas.fillRectangle(x: x, y: bar.y, width: scale, height: bar.height, Theme.text)
    }
  }

  /// A value cut to the range.
  func bounded(_ value: Double) -> Double {
    min(max(value, range.lowerBound), range.upperBound)
  }

  /// The chart as a picture of its own.
  public func frame(width: Int, scale: Int = 1) -> Frame {
    let area = Area(
      x: 4 * scale, y: 4 * scale, width: width - 8 * scale,
      height: height(width: width - 8 * scale, scale: scale))
    return Frame(drawnAt: width, area.height + 8 * scale) { draw(on: $0, in: area, scale: scale) }
  }
}
