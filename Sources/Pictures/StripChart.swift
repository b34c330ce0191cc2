public import EnvironmentKit

/// The course of one value over steps, with no axis but its title and ends: a return curve.
public struct StripChart: Hashable, Sendable {
  /// Stands above, before the last value.
  public var title: String
  /// The values, one a step; those that are not finite leave gaps.
  public var values: [Double]
  /// How many values the width stands for; fewer fill a part of it.
  public var capacity: Int

  /// Creates a chart.
  ///
  /// - Parameters:
  ///   - title: stands above.
  ///   - values: one a step.
  ///   - capacity: values that the width stands for, at least; more values shrink to fit.
  public init(_ title: String, values: [Double], capacity: Int = 2) {
    self.title = title
    self.values = values
    self.capacity = capacity
  }

  /// Draws the chart into an area, its text magnified by `scale`.
  public func draw(on canvas: Canvas, in area: Area, scale: Int = 1) {
    let axis = Axis(covering: values + [0], tickCount: max(2, area.height / (44 * scale)))
    let chart = Chart(
      area: area, x: Axis(covering: [0, Double(max(2, capacity, values.count) - 1)]), y: axis,
      title: title, xLabel: "", yLabel: "", titleRoom: 60 * scale, showsXTicks: false,
      showsYTicks: values.contains(where: \.isFinite), scale: scale)
    chart.drawGround(on: canvas)
    LineMarks(chart: chart).drawCurve(Series(title, values), Theme.accent, on: canvas)
    let last = values.last { $0.isFinite }
    canvas.write(
      last.map(NumberText.short) ?? "—", x: area.right - 10 * scale, y: area.y + 2 * scale,
      Theme.accent, scale: scale, alignment: .trailing)
  }
}
