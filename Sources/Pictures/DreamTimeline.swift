import EnvironmentKit

/// Curves over the steps of an episode, each told by its colour, the last values beside the title.
struct CourseChart {
  let title: String
  /// Values, one a step, with their colour.
  let curves: [(values: [Double], color: Color)]
  /// Steps that the width stands for, at least.
  let capacity: Int
  /// The height of the axis at least, from 0.
  let least: Double
  /// Magnification of the text.
  var scale = 1
  /// The text of the last value.
  var text: (Double) -> String = NumberText.short

  func draw(on canvas: Canvas, in area: Area) {
    let longest = curves.map(\.values.count).max() ?? 0
    let highest = curves.flatMap(\.values).filter(\.isFinite).max() ?? 0
    let lowest = curves.flatMap(\.values).filter(\.isFinite).min() ?? 0
    // A little room keeps a curve that touches the top in sight.
    let top = highest < least ? least : highest * 1.06
    let chart = Chart(
      area: area, x: Axis(covering: [0, Double(max(2, capacity, longest) - 1)]),
      y: Axis(covering: [min(0, lowest), top], tickCount: max(1, area.height / (44 * scale))),
      title: title, xLabel: "", yLabel: "",
      titleRoom: 48 * scale, showsXTicks: false, scale: scale)
    chart.drawGround(on: canvas)
    var right = area.right - 10 * scale
    for (values, color) in curves.reversed() {
      LineMarks(chart: chart).drawCurve(Series(title, values), color, on: canvas)
      let text = values.last { $0.isFinite }.map(self.text) ?? "—"
      canvas.write(
        text, x: right, y: area.y + 2 * scale, color, scale: scale, alignment: .trailing)
      right -= Font.width(of: text, scale: scale) + 10 * scale
    }
  }
}

/// The steps of an episode as a bar: what was looked at, where one can go back to, where one is.
struct DreamTimeline {
  let panel: DreamPanel
  var scale = 1

  private static let legend = [
    LegendEntry(name: "looked at the world", color: Theme.seeing, mark: .bar),
    LegendEntry(name: "looked at the dream", color: Theme.dreaming, mark: .bar),
    LegendEntry(name: "branch to go back to", color: Theme.series(4), mark: .bar),
    LegendEntry(name: "now", color: Theme.text, mark: .bar),
  ]

  func draw(on canvas: Canvas, in area: Area) {
    let steps = max(panel.expectedSteps, panel.step, 1)
    let bar = Area(x: area.x, y: area.y + 11 * scale, width: area.width, height: 7 * scale)
    func column(_ step: Int) -> Int { bar.x + step * (bar.width - 1) / steps }
    canvas.fill(bar, Theme.panel)
    for (step, dream) in panel.lookedAtDream.enumerated() {
      canvas.fillRectangle(
        x: column(step), y: bar.y, width: column(step + 1) - column(step), height: bar.height,
        dream ? Theme.dreaming : Theme.seeing)
    }
    canvas.outline(bar, Theme.border, thickness: scale)
    drawBranches(on: canvas, area, bar, column)
    canvas.fillRectangle(
      x: column(panel.step) - scale, y: bar.y - 3 * scale, width: 3 * scale,
      height: bar.height + 6 * scale, Theme.text)
    let text = "\(panel.step)"
    let width = Font.width(of: text, scale: scale)
    canvas.write(
      text, x: min(max(area.x, column(panel.step) - width / 2), area.right - width),
      y: bar.bottom + 5 * scale, scale: scale)
    Legend(Self.legend, limit: area.width, scale: scale).draw(
      on: canvas, x: area.x, y: area.bottom - 8 * scale, scale: scale)
  }

  private func drawBranches(
    on canvas: Canvas, _ area: Area, _ bar: Area, _ column: (Int) -> Int
  ) {
    var free = area.x
    for step in panel.branches {
      canvas.fillRectangle(
        x: column(step) - scale, y: bar.y - 4 * scale, width: 3 * scale,
        height: bar.height + 8 * scale, Theme.series(4))
      let (text, left) = ("branch \(step)", max(area.x, column(step) - 3 * scale))
      let room = Font.width(of: text, scale: scale)
      if left >= free, left + room <= area.right {
        canvas.write(text, x: left, y: area.y - 2 * scale, Theme.series(4), scale: scale)
        free = left + room + 8 * scale
      }
    }
  }
}
