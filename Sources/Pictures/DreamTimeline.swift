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
      y: Axis(covering: [min(0, lowest), top], tickCount: 1), title: title, xLabel: "", yLabel: "",
      showsXTicks: false, scale: 1)
    chart.drawGround(on: canvas)
    var right = area.right - 10
    for (values, color) in curves.reversed() {
      LineMarks(chart: chart).drawCurve(Series(title, values), color, on: canvas)
      let text = values.last { $0.isFinite }.map(self.text) ?? "—"
      canvas.write(text, x: right, y: area.y + 2, color, alignment: .trailing)
      right -= Font.width(of: text) + 10
    }
  }
}

/// The steps of an episode as a bar: what was looked at, where one can go back to, where one is.
struct DreamTimeline {
  let panel: DreamPanel

  func draw(on canvas: Canvas, in area: Area) {
    let steps = max(panel.expectedSteps, panel.step, 1)
    let bar = Area(x: area.x, y: area.y + 11, width: area.width, height: 7)
    func column(_ step: Int) -> Int { bar.x + step * (bar.width - 1) / steps }
    canvas.fill(bar, Theme.panel)
    for (step, dream) in panel.lookedAtDream.enumerated() {
      canvas.fillRectangle(
        x: column(step), y: bar.y, width: column(step + 1) - column(step), height: bar.height,
        dream ? Theme.dreaming : Theme.seeing)
    }
    canvas.outline(bar, Theme.border)
    var free = area.x
    for step in panel.branches {
      canvas.fillRectangle(
        x: column(step) - 1, y: bar.y - 4, width: 3, height: bar.height + 8, Theme.series(4))
      let (text, left) = ("branch \(step)", max(area.x, column(step) - 3))
      let room = Font.width(of: text)
      if left >= free, left + room <= area.right {
        canvas.write(text, x: left, y: area.y - 2, Theme.series(4))
        free = left + room + 8
      }
    }
    canvas.fillRectangle(
      x: column(panel.step) - 1, y: bar.y - 3, width: 3, height: bar.height + 6, Theme.text)
    let text = "\(panel.step)"
    let half = Font.width(of: text) / 2
    canvas.write(
      text, x: min(max(area.x, column(panel.step) - half), area.right - 2 * half), y: bar.bottom + 5
    )
  }
}
