public import EnvironmentKit

/// How surprised a model was at each step of an episode, and above what it is called unusual.
public struct SurpriseCurve: Hashable, Sendable {
  /// One a step; those that are not finite leave gaps.
  public var values: [Double]
  /// Above it a step is unusual; infinite for never.
  public var threshold: Double

  /// Creates a curve.
  public init(_ values: [Double], threshold: Double) {
    (self.values, self.threshold) = (values, threshold)
  }

  /// Whether the last step was unusual.
  public var isUnusual: Bool { values.last.map { $0 > threshold } ?? false }

  /// Steps that the width stands for at first.
  private static let leastRoom = 128
  /// How often the threshold the axis reaches: what lies higher is drawn at its end.
  private static let reach = 3.0

  /// Draws curve and threshold into an area, and marks the unusual steps.
  ///
  /// - Parameters:
  ///   - capacity: steps that the width stands for at most, where there are no more; as long as there are few, it
  ///     stands for fewer, so that each is seen.
  ///   - scale: magnification of the text.
  public func draw(on canvas: Canvas, in area: Area, capacity: Int, scale: Int = 1) {
    var room = Self.leastRoom
    while room < values.count { room *= 2 }
    let finite = values.filter(\.isFinite)
    let usual = threshold.isFinite ? abs(threshold) : finite.map(abs).max() ?? 1
    let bounds = -usual...max(usual * Self.reach, .leastNormalMagnitude)
    let shown = values.map { $0.isFinite ? min(max($0, bounds.lowerBound), bounds.upperBound) : $0 }
    let lowest = min(0, shown.filter(\.isFinite).min() ?? 0)
    let highest = max(usual * 1.2, shown.filter(\.isFinite).max() ?? 0)
    let chart = Chart(
      area: area, x: Axis(covering: [0, Double(max(2, min(capacity, room), values.count) - 1)]),
      y: Axis(covering: [lowest, highest], tickCount: max(1, area.height / (44 * scale))),
      title: "surprise", xLabel: "", yLabel: "", titleRoom: 48 * scale, showsXTicks: false,
      scale: scale)
    chart.drawGround(on: canvas)
    let marks = LineMarks(chart: chart)
    for (step, value) in values.enumerated() where value > threshold {
      let column = chart.column(Double(step))
      canvas.line(
        from: (column, Float(chart.inside.y)), to: (column, Float(chart.inside.bottom)),
        Theme.warning, thickness: Float(scale), dash: 0, clip: chart.inside)
    }
    if threshold.isFinite {
      marks.draw(ReferenceLine("threshold", threshold, color: Theme.warning), on: canvas)
    }
    marks.drawCurve(Series("surprise", shown), Theme.accent, on: canvas)
    canvas.write(
      values.last { $0.isFinite }.map(NumberText.short) ?? "—", x: area.right - 10 * scale,
      y: area.y + 2 * scale, isUnusual ? Theme.warning : Theme.accent, scale: scale,
      alignment: .trailing)
  }
}
