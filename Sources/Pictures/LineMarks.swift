import EnvironmentKit

/// Draws curves, bands and levels on the ground of a plot.
struct LineMarks {
  let chart: Chart

  private var thickness: Float { 1 + 0.5 * Float(chart.scale) }

  func drawCurve(_ curve: Series, _ color: Color, on canvas: Canvas) {
    let points = reduced(curve)
    var previous: (x: Float, y: Float)?
    for point in points {
      if let previous, point.y.isFinite {
        canvas.line(
          from: previous, to: point, color, thickness: thickness,
          dash: curve.isDashed ? 4 * Float(chart.scale) : 0, clip: chart.inside)
      }
      previous = point.y.isFinite ? point : nil
    }
    if areFarApart(points) { drawDots(points, color, on: canvas) }
  }

  /// Whether points are so few that their dots would not run together.
  private func areFarApart(_ points: [(x: Float, y: Float)]) -> Bool {
    guard points.count <= 40, let first = points.first, let last = points.last else { return false }
    return points.count == 1
      || (last.x - first.x) / Float(points.count - 1) >= 7 * Float(chart.scale)
  }

  /// Marks every point where there are few, so that a single one is seen.
  private func drawDots(_ points: [(x: Float, y: Float)], _ color: Color, on canvas: Canvas) {
    let inside = chart.inside
    for point in points where abs(point.x) < 1e6 && abs(point.y) < 1e6 {
      guard inside.contains(Int(point.x) - (Int(point.x) == inside.right ? 1 : 0), Int(point.y))
      else { continue }
      canvas.fillDisc(
        centerX: point.x, centerY: point.y, radius: 0.75 + Float(chart.scale), color)
    }
  }

  /// Fills between the band's edges, column by column.
  func drawBand(_ curve: Series, _ color: Color, on canvas: Canvas) {
    guard curve.low.count > 1 else { return }
    for index in 1..<curve.x.count {
      let (left, right) = (chart.column(curve.x[index - 1]), chart.column(curve.x[index]))
      let low = (chart.row(curve.low[index - 1]), chart.row(curve.low[index]))
      let high = (chart.row(curve.high[index - 1]), chart.row(curve.high[index]))
      guard [left, right, low.0, low.1, high.0, high.1].allSatisfy({ abs($0) < 1e6 }) else {
        continue
      }
      let start = max(chart.inside.x, Int(left.rounded()))
      for column in start..<max(start, min(chart.inside.right, Int(right.rounded()))) {
        let share = right > left ? (Float(column) + 0.5 - left) / (right - left) : 0
        let top = max(chart.inside.y, Int((high.0 + share * (high.1 - high.0)).rounded()))
        let bottom = min(chart.inside.bottom, Int((low.0 + share * (low.1 - low.0)).rounded()))
        for row in top..<max(top, bottom) { canvas.blend(column, row, color, 0.25) }
      }
    }
  }

  func draw(_ line: ReferenceLine, on canvas: Canvas) {
    let height = chart.row(line.value)
    canvas.line(
      from: (Float(chart.inside.x), height), to: (Float(chart.inside.right), height), line.color,
      thickness: Float(chart.scale), dash: 3 * Float(chart.scale), clip: chart.inside)
  }

  /// Points in pixels; many points a column become their mean.
  private func reduced(_ curve: Series) -> [(x: Float, y: Float)] {
    let points = zip(curve.x, curve.y).map { (x: chart.column($0), y: chart.row($1)) }
    guard points.count > 2 * max(1, chart.inside.width) else { return points }
    let share = (points.count + chart.inside.width - 1) / max(1, chart.inside.width)
    return stride(from: 0, to: points.count, by: share).map { start in
      let part = points[start..<min(points.count, start + share)].filter { abs($0.y) < 1e6 }
      let count = Float(part.count)
      guard count > 0 else { return (points[start].x, .nan) }
      return (
        part.reduce(0) { $0 + $1.x } / count, part.reduce(0) { $0 + $1.y } / count
      )
    }
  }
}
