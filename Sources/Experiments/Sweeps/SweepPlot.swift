import EnvironmentKit
import Pictures
import Statistics

/// A sweep's picture: return against temperature, a bar a variant, or a curve a bonus.
struct SweepPlot {
  let report: SweepReport
  let rows: [SweepReport.Row]

  init(_ report: SweepReport, _ rows: [SweepReport.Row]) {
    (self.report, self.rows) = (report, rows)
  }

  /// The picture.
  func frame() -> Frame {
    switch report.kind {
    case .temperature(let values): lines(values)
    case .agents: bars()
    case .exploration: curves()
    }
  }

  private func lines(_ temperatures: [Double]) -> Frame {
    func series(_ name: String, _ intervals: [GroupedMean?], _ color: Color) -> Series {
      Series(
        name, x: temperatures, y: intervals.map { $0?.mean ?? .nan },
        low: intervals.map { $0?.low ?? .nan }, high: intervals.map { $0?.high ?? .nan },
        color: color)
    }
    let plot = LinePlot(
      "\(report.configuration.world): return of C by the temperature of its dream",
      xLabel: "temperature", yLabel: "return",
      series: [
        series("in the dream", rows.map(\.dream), Theme.dreaming),
        series("in the world", rows.map(\.real), Theme.seeing),
      ], references: references, yIncludes: [0])
    return Frame(drawnAt: 960, 560) { canvas in
      plot.draw(on: canvas, in: canvas.area.inset(16), scale: 2)
    }
  }

  private func bars() -> Frame {
    let levels = report.baselines.map(report.interval)
    let values =
      rows.flatMap { [$0.real.low, $0.real.high] } + levels.flatMap { [$0.low, $0.high] }
    let (low, high) = (min(0, values.min() ?? 0), max(values.max() ?? 1, 0))
    let room = max(high - low, 1e-6) * 0.1
    let chart = GroupedBars(
      "\(report.configuration.world): real return of C by what it sees",
      series: ["mean of all seeds"] + report.seeds.map { "seed \($0)" },
      groups: rows.map { row in
        .init(
          row.variant.title,
          [row.real.mean] + row.perSeed.map { $0.real.reduce(0, +) / Double($0.real.count) },
          intervals: [GroupedBars.Group.interval(row.real.low, row.real.high)])
      }
        + zip(report.baselines, levels).map { scores, level in
          .init(
            scores.policy.title, [scores.mean] + report.seeds.map { _ in .nan },
            intervals: [GroupedBars.Group.interval(level.low, level.high)])
        }, range: (low < 0 ? low - room : 0)...high + room, label: "return, 95 % intervals")
    return Frame(drawnAt: 1_200, chart.height(width: 1_168, scale: 2) + 32) { canvas in
      chart.draw(on: canvas, in: canvas.area.inset(16), scale: 2)
    }
  }

  var references: [ReferenceLine] {
    report.baselines.compactMap { scores in
      switch scores.policy {
      case .random: ReferenceLine("random", scores.mean)
      case .blind: ReferenceLine("best blind", scores.mean, color: Theme.warning)
      default: nil
      }
    }
  }
}
