import Files
import Pictures

/// What other agents reached in the same world.
extension ReportPage {
  /// The trained policy beside those of other runs and of sweeps, where `report --beside` named some.
  var beside: HTMLPage.Section? {
    guard let others = AgentsBeside(of: folder)?.rows, !others.isEmpty,
      let own = AgentsBeside.row(
        summary, title: "this run: \(AgentsBeside.title(summary))")
    else { return nil }
    let rows = [own] + others
    let measures = rows.map { row in
      func number(_ name: String) -> Double { row[name]?.asNumber ?? .nan }
      return (
        title: row["title"]?.asString ?? "", mean: number("mean"), low: number("low"),
        high: number("high")
      )
    }
    let cells = zip(rows, measures).map { row, measure in
      [
        measure.title, NumberStyle.value(measure.mean),
        NumberStyle.range(measure.low, measure.high),
        NumberStyle.count(row["count"]?.asInteger ?? 0, row["over"]?.asString ?? ""),
        NumberStyle.count(row["realSteps"]?.asInteger ?? 0),
      ]
    }
    let drawings = [Self.bars(measures).svg(width: 720)] + [curves(of: others)].compactMap { $0 }
    return HTMLPage.Section(
      title: "Beside other agents",
      parts: [
        .plots(drawings, caption: ""),
        .table(
          HTMLPage.Table(
            header: ["agent", "mean return", "95 % interval", "over", "steps in the world"],
            rows: cells,
            caption:
              "Returns in the world. An interval over episodes is of one training and says nothing of what other seeds "
              + "would reach; one over seeds does. Steps in the world are those that the agent learned from, of a sweep the "
              + "mean of its seeds.")),
      ])
  }

  /// Returns by steps in the world, of those sweeps that kept them; nil where none did.
  private func curves(of rows: [JSONValue]) -> String? {
    let series = rows.compactMap { row -> Pictures.Series? in
      guard let curve = row["curve"] else { return nil }
      func numbers(_ name: String) -> [Double] {
        (curve[name]?.asArray ?? []).map { $0.asNumber ?? .nan }
      }
      let (x, y) = (numbers("steps"), numbers("mean"))
      let (low, high) = (numbers("low"), numbers("high"))
      guard x.count == y.count, !x.isEmpty else { return nil }
      let hasBand = low.count == x.count && high.count == x.count
      return Pictures.Series(
        row["title"]?.asString ?? "", x: x, y: y, low: hasBand ? low : [],
        high: hasBand ? high : [])
    }
    guard !series.isEmpty else { return nil }
    let own = number("returns", "trained", "mean").map {
      [ReferenceLine("this run, trained", $0, color: Theme.accent)]
    }
    return LinePlot(
      "return while learning", xLabel: "steps in the world", yLabel: "return", series: series,
      references: own ?? [], yIncludes: [0]
    ).svg(width: 720)
  }
}
