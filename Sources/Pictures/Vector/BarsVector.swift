import EnvironmentKit

extension GroupedBars {
  private static let (barHeight, groupGap) = (9.0, 9.0)

  /// The chart as SVG, for pages, as high as its groups need.
  ///
  /// - Parameter width: of its coordinates; it is shown at any width up to that.
  public func svg(width: Int = 640) -> String {
    let names = groups.map { VectorText.width(of: $0.name) }.max() ?? 0
    let room = min(names + 8, Double(width) * 0.45)
    let texts = groups.map { VectorText.wrapped($0.name, to: room - 8) }
    let bars = Double(max(1, series.count)) * Self.barHeight
    let steps = texts.map { max(bars, Double($0.count) * VectorText.line) + Self.groupGap }
    let chart = VectorChart(
      width: Double(width), height: nil, marks: max(30, steps.reduce(0, +)), names: room,
      x: Axis(covering: [range.lowerBound, range.upperBound], tickCount: max(1, width / 75)),
      y: Axis(covering: [0, 1]), title: title, xLabel: label, yLabel: "", legend: legend,
      showsYTicks: false)
    var drawing = chart.ground()
    var top = chart.inside.top
    for ((group, step), lines) in zip(zip(groups, steps), texts) {
      drawNames(lines, middle: top + step / 2, chart, &drawing)
      draw(group, top: top + (step - bars) / 2, chart, &drawing)
      if let mark = group.mark, range.contains(mark) {
        let x = chart.column(mark)
        drawing.line([(x, top + 1), (x, top + step - 1)], VectorDrawing.ink, thickness: 2)
      }
      top += step
    }
    if groups.isEmpty { chart.drawNotice("nothing to show", on: &drawing) }
    return drawing.svg(title: title)
  }

  private func drawNames(
    _ lines: [String], middle: Double, _ chart: VectorChart, _ drawing: inout VectorDrawing
  ) {
    let first = middle + 4 - Double(lines.count - 1) * VectorText.line / 2
    for (row, line) in lines.enumerated() {
      drawing.text(
        line, x: chart.inside.left - 6, y: first + Double(row) * VectorText.line, .end)
    }
  }

  private func draw(
    _ group: Group, top: Double, _ chart: VectorChart, _ drawing: inout VectorDrawing
  ) {
    let start = chart.column(bounded(0))
    for (index, value) in group.values.enumerated() where value.isFinite {
      let end = chart.column(bounded(value))
      let y = top + Double(index) * Self.barHeight
      drawing.rectangle(
        x: min(start, end), y: y, width: max(1, abs(end - start)), height: Self.barHeight - 1,
        VectorDrawing.paint(Theme.series(index)))
      guard let interval = group.interval(index) else { continue }
      let (left, right) = (
        chart.column(bounded(interval.lowerBound)), chart.column(bounded(interval.upperBound))
      )
      let middle = y + Self.barHeight / 2 - 0.5
      drawing.line([(left, middle), (right, middle)], VectorDrawing.ink, thickness: 1.5)
      for x in [left, right] {
        drawing.line([(x, y), (x, y + Self.barHeight - 1)], VectorDrawing.ink, thickness: 1.5)
      }
    }
  }
}

extension BarChart {
  /// The chart as SVG, for pages.
  ///
  /// - Parameters:
  ///   - width: of its coordinates; it is shown at any width up to that.
  ///   - height: of its coordinates.
  public func svg(width: Int = 640, height: Int = 240) -> String {
    let heights = range.map { [$0.lowerBound, $0.upperBound] } ?? values + [0]
    let chart = VectorChart(
      width: Double(width), height: Double(height),
      x: Axis(
        covering: [-0.5, Double(max(1, values.count)) - 0.5], tickCount: max(1, width / 60),
        isWhole: true),
      y: Axis(covering: heights, tickCount: max(1, height / 48)), title: title, xLabel: "",
      yLabel: "", legend: [], showsXTicks: values.count > 2, showsYTicks: !values.isEmpty)
    var drawing = chart.ground()
    let zero = chart.row(min(max(0, chart.y.low), chart.y.high))
    // Bars closer than two units of the drawing share one: the farthest from zero.
    let share = max(1, (2 * values.count + width - 1) / max(1, width))
    for first in stride(from: 0, to: values.count, by: share) {
      let part = values[first..<min(values.count, first + share)].filter { !$0.isNaN }
      guard let value = part.max(by: { abs($0) < abs($1) }) else { continue }
      let end = chart.row(min(max(value, chart.y.low), chart.y.high))
      let left = chart.column(Double(first) - 0.45)
      let right = chart.column(min(Double(values.count), Double(first + share)) - 0.55)
      drawing.rectangle(
        x: left, y: min(zero, end), width: max(0.5, right - left), height: max(1, abs(end - zero)),
        VectorDrawing.paint(color ?? (value < 0 ? Theme.series(0) : Theme.series(1))))
    }
    drawing.line(
      [(chart.inside.left, zero), (chart.inside.right, zero)], VectorDrawing.ink, opacity: 0.6)
    if values.isEmpty { chart.drawNotice("no values yet", on: &drawing) }
    return drawing.svg(title: title)
  }
}

extension Histogram {
  /// The histogram as SVG, for pages.
  ///
  /// - Parameters:
  ///   - width: of its coordinates; it is shown at any width up to that.
  ///   - height: of its coordinates.
  public func svg(width: Int = 640, height: Int = 260) -> String {
    let chart = VectorChart(
      width: Double(width), height: Double(height),
      x: Axis(covering: [range.lowerBound, range.upperBound], tickCount: max(1, width / 75)),
      y: Axis(
        covering: counts.map(Double.init) + [0, 1], tickCount: max(1, height / 48), isWhole: true),
      title: title, xLabel: label, yLabel: "count", legend: [])
    var drawing = chart.ground()
    let bin = (range.upperBound - range.lowerBound) / Double(counts.count)
    for (index, count) in counts.enumerated() where count > 0 {
      let left = chart.column(range.lowerBound + Double(index) * bin)
      let right = chart.column(range.lowerBound + Double(index + 1) * bin)
      let top = chart.row(Double(count))
      drawing.rectangle(
        x: left, y: top, width: max(0.5, right - left - 1), height: chart.inside.bottom - top,
        VectorDrawing.paint(Theme.series(0)))
    }
    return drawing.svg(title: title)
  }
}
