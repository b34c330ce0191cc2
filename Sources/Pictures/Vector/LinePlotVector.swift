import EnvironmentKit

extension LinePlot {
  /// The plot as SVG, for pages.
  ///
  /// - Parameters:
  ///   - width: of its coordinates; it is shown at any width up to that.
  ///   - height: of its coordinates.
  public func svg(width: Int = 640, height: Int = 340) -> String {
    let axes = axes(xTicks: max(1, width / 75), yTicks: max(1, height / 48))
    let chart = VectorChart(
      width: Double(width), height: Double(height), x: axes.x, y: axes.y, title: title,
      xLabel: xLabel, yLabel: yLabel, legend: legend, showsXTicks: hasCurves,
      showsYTicks: hasLevels)
    var drawing = chart.ground()
    for (index, curve) in series.enumerated() {
      drawBand(curve, VectorDrawing.paint(color(index)), chart, &drawing)
    }
    for line in references where chart.contains(chart.inside.left, chart.row(line.value)) {
      let row = chart.row(line.value)
      drawing.line(
        [(chart.inside.left, row), (chart.inside.right, row)], VectorDrawing.paint(line.color),
        thickness: 1.5, dash: "2 3")
    }
    for (index, curve) in series.enumerated() {
      drawCurve(curve, VectorDrawing.paint(color(index)), chart, &drawing)
    }
    if !hasCurves { chart.drawNotice("no data yet", on: &drawing) }
    return drawing.svg(title: title)
  }

  private func drawCurve(
    _ curve: Series, _ paint: String, _ chart: VectorChart, _ drawing: inout VectorDrawing
  ) {
    let points = reduced(curve, chart)
    for run in points.split(whereSeparator: { !chart.contains($0.x, $0.y) }) {
      drawing.line(Array(run), paint, thickness: 2, dash: curve.isDashed ? "5 3" : "")
      // A lone point has no line.
      if run.count == 1 || points.count <= 40 {
        for point in run { drawing.dot(x: point.x, y: point.y, radius: 2.5, paint) }
      }
    }
  }

  /// Points in the drawing; many points a column become their mean.
  private func reduced(_ curve: Series, _ chart: VectorChart) -> [(x: Double, y: Double)] {
    let points = zip(curve.x, curve.y).map { (x: chart.column($0), y: chart.row($1)) }
    let most = max(1, Int(chart.inside.right - chart.inside.left))
    guard points.count > 2 * most else { return points }
    let share = (points.count + most - 1) / most
    return stride(from: 0, to: points.count, by: share).map { start in
      let part = points[start..<min(points.count, start + share)].filter {
        chart.contains($0.x, $0.y)
      }
      let count = Double(part.count)
      guard count > 0 else { return (.nan, .nan) }
      return (part.reduce(0) { $0 + $1.x } / count, part.reduce(0) { $0 + $1.y } / count)
    }
  }

  /// Fills between the band's edges; around a lone point stand whiskers.
  private func drawBand(
    _ curve: Series, _ paint: String, _ chart: VectorChart, _ drawing: inout VectorDrawing
  ) {
    guard !curve.low.isEmpty else { return }
    let most = max(1, Int(chart.inside.right - chart.inside.left))
    // Edges closer than the drawing's units are passed over.
    let share = max(1, curve.x.count / most)
    let edges = stride(from: 0, to: curve.x.count, by: share).map { index in
      (
        x: chart.column(curve.x[index]), low: chart.row(curve.low[index]),
        high: chart.row(curve.high[index])
      )
    }
    let runs = edges.split { !chart.contains($0.x, $0.low) || !chart.contains($0.x, $0.high) }
    for run in runs {
      if run.count == 1, let edge = run.first {
        drawing.line([(edge.x, edge.low), (edge.x, edge.high)], paint, thickness: 1.5)
      }
      drawing.polygon(
        run.map { ($0.x, $0.high) } + run.reversed().map { ($0.x, $0.low) }, paint, opacity: 0.2)
    }
  }
}
