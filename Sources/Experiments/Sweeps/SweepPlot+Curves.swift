import EnvironmentKit
import Pictures

// How returns rose while policies were learned.
extension SweepPlot {
  /// More bands than these hide each other.
  private static let mostBands = 3
  private static let scale = 2
  private static let (width, margin, panelHeight, panelsAcross) = (1_200, 16, 320, 3)

  /// A curve a bonus, the mean of all seeds; where there are few, its band is the interval by drawing whole seeds.
  func curves() -> Frame {
    let plot = plot(
      "\(report.configuration.world): return while learning, by bonus; \(NumberStyle.count(report.seeds.count, "seeds"))",
      rows.enumerated().map { curve($1, $0, hasBand: rows.count <= Self.mostBands) })
    return Frame(drawnAt: Self.width, 640) { canvas in
      plot.draw(on: canvas, in: canvas.area.inset(Self.margin), scale: Self.scale)
    }
  }

  /// All curves by real steps, and below them a panel a variant with its interval, all of one scale; nil where no
  /// curve was kept.
  func panels() -> Frame? {
    let learned = rows.indices.filter { rows[$0].curves != nil }
    guard !learned.isEmpty else { return nil }
    let dreamt = rows.indices.filter { rows[$0].dream != nil }
    let all = plot(
      "\(report.configuration.world): return while learning in the world; \(NumberStyle.count(report.seeds.count, "seeds"))",
      learned.map { curve(rows[$0], $0, hasBand: false) } + dreamt.map { level(rows[$0], $0) })
    let panels = learned.map { place in
      var panel = plot(
        rows[place].variant.title, [curve(rows[place], place, hasBand: true)], references: [])
      panel.yIncludes = all.series.flatMap { $0.y } + references.map(\.value) + [0]
      return panel
    }
    let down = (panels.count + Self.panelsAcross - 1) / Self.panelsAcross
    let top = 640
    return Frame(drawnAt: Self.width, top + down * Self.panelHeight) { canvas in
      let area = canvas.area
      all.draw(
        on: canvas,
        in: Area(x: area.x, y: area.y, width: area.width, height: top).inset(Self.margin),
        scale: Self.scale)
      let across = area.width / Self.panelsAcross
      for (place, panel) in panels.enumerated() {
        let cell = Area(
          x: area.x + place % Self.panelsAcross * across,
          y: area.y + top + place / Self.panelsAcross * Self.panelHeight, width: across,
          height: Self.panelHeight)
        panel.draw(on: canvas, in: cell.inset(Self.margin), scale: 1)
      }
    }
  }

  private func plot(
    _ title: String, _ series: [Series], references levels: [ReferenceLine]? = nil
  ) -> LinePlot {
    LinePlot(
      title, xLabel: "steps in the world", yLabel: "return", series: series,
      references: levels ?? references, yIncludes: [0])
  }

  private func color(_ place: Int) -> Color { Theme.series[place % Theme.series.count] }

  private func curve(_ row: SweepReport.Row, _ place: Int, hasBand: Bool) -> Series {
    guard let merged = report.merged(row, of: report.longestCurve(rows)) else {
      return Series(row.variant.title, x: [], y: [], color: color(place))
    }
    return Series(
      row.variant.title, x: merged.steps.map(Double.init), y: merged.means.map(\.mean),
      low: hasBand ? merged.means.map(\.low) : [], high: hasBand ? merged.means.map(\.high) : [],
      color: color(place))
  }

  /// What a variant reached that learned in the dream: a level from the steps on that its world model was trained on.
  private func level(_ row: SweepReport.Row, _ place: Int) -> Series {
    let collected = row.perSeed.map(\.allRealSteps)
    let first = Double(collected.reduce(0, +)) / Double(max(1, collected.count))
    let last = max(first, Double(report.longestCurve(rows)))
    return Series(
      row.variant.title, x: [first, last], y: [row.real.mean, row.real.mean],
      color: color(place), isDashed: true)
  }
}
