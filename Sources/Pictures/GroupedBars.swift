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

    /// Creates a group.
    public init(_ name: String, _ values: [Double], mark: Double? = nil) {
      self.name = name
      self.values = values
      self.mark = mark
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
  public func height(scale: Int = 1) -> Int {
    let group = max(Font.lineHeight, series.count * Self.thickness + 3)
    return (Font.lineHeight * 4 + 18 + groups.count * group) * scale
  }

  /// Draws the chart into an area, its text magnified by `scale`.
  public func draw(on canvas: Canvas, in area: Area, scale: Int = 1) {
    let names = groups.map { Font.width(of: $0.name, scale: scale) }.max() ?? 0
    let left = min(names + 6 * scale, area.width / 3)
    let chart = Chart(
      area: area.inset(left: left),
      x: Axis(
        covering: [range.lowerBound, range.upperBound], tickCount: max(1, area.width / (70 * scale))
      ), y: Axis(covering: [0, 1], tickCount: 1), title: title, xLabel: label, yLabel: "",
      legendRows: 1, scale: scale)
    chart.drawGround(on: canvas)
    // Groups have names in the place of a vertical axis.
    canvas.fill(
      Area(
        x: area.x, y: chart.inside.y - 5 * scale, width: chart.inside.x - area.x,
        height: chart.inside.height + 9 * scale), Theme.background)
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
    chart.drawLegend(
      series.enumerated().map { ($1, Theme.series($0), false) }, on: canvas)
  }

  private func draw(
    _ group: Group, _ band: Area, _ chart: Chart, _ canvas: Canvas, _ scale: Int
  ) {
    let thick = max(1, (band.height - 3 * scale) / max(1, group.values.count))
    let start = Int(chart.column(min(max(0, range.lowerBound), range.upperBound)).rounded())
    for (index, value) in group.values.enumerated() where value.isFinite {
      let end = Int(
        chart.column(min(max(value, range.lowerBound), range.upperBound)).rounded())
      canvas.fillRectangle(
        x: min(start, end), y: band.y + scale + index * thick, width: max(1, abs(end - start)),
        height: max(1, thick - (thick > 2 ? 1 : 0)), Theme.series(index))
    }
    guard let mark = group.mark, range.contains(mark) else { return }
    canvas.fillRectangle(
      x: Int(chart.column(mark).rounded()), y: band.y, width: scale, height: band.height, Theme.text
    )
  }

  /// The chart as a picture of its own.
  public func frame(width: Int, scale: Int = 1) -> Frame {
    Frame(drawnAt: width, height(scale: scale) + 8 * scale) {
      draw(on: $0, in: $0.area.inset(4 * scale), scale: scale)
    }
  }
}
