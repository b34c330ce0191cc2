import EnvironmentKit
import Pictures

// How returns rose while bonuses were learned with.
extension SweepPlot {
  private static let parts = 24
  /// More bands than these hide each other.
  private static let mostBands = 3

  /// A curve a bonus, the mean of all seeds; where there are few, its band reaches from the least seed to the greatest.
  func curves() -> Frame {
    let most = rows.flatMap { $0.perSeed.flatMap { $0.curve?.steps ?? [] } }.max() ?? 1
    let places = (1...Self.parts).map { Double(most) * Double($0) / Double(Self.parts) }
    let plot = LinePlot(
      "\(report.configuration.world): return while learning, by bonus; \(report.seeds.count) seeds",
      xLabel: "steps in the world", yLabel: "return",
      series: rows.enumerated().map { place, row in
        let each = row.perSeed.compactMap { $0.curve?.means(inParts: Self.parts, of: most) }
        func merged(_ merge: ([Double]) -> Double?) -> [Double] {
          (0..<Self.parts).map { part in
            merge(each.map { $0[part] }.filter(\.isFinite)) ?? .nan
          }
        }
        let hasBand = rows.count <= Self.mostBands
        return Series(
          row.variant.title, x: places,
          y: merged { $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count) },
          low: hasBand ? merged { $0.min() } : [], high: hasBand ? merged { $0.max() } : [],
          color: Theme.series[place % Theme.series.count])
      }, references: references, yIncludes: [0])
    return Frame(drawnAt: 1_200, 640) { canvas in
      plot.draw(on: canvas, in: canvas.area.inset(16), scale: 2)
    }
  }
}
