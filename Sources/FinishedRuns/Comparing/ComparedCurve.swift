import Pictures
import Randomness
import Statistics

/// One number over steps, of several groups: the mean of each group's runs, with its interval.
struct ComparedCurve {
  /// A group's curve.
  struct Line {
    let group: String
    /// Evenly spaced steps.
    let x: [Double]
    /// The mean of the runs that had come so far, at each of them; ends of NaN where that is a single one.
    let y: [MeasuredValue]
  }

  /// The number, such as `vision/kl`.
  let name: String
  /// A line per group that has such a number.
  let lines: [Line]

  /// Points of a line.
  private static let pointCount = 100

  init(_ name: String, of groups: [RunGroup]) {
    self.name = name
    lines = groups.compactMap { Self.line(name, of: $0) }
  }

  private static func line(_ name: String, of group: RunGroup) -> Line? {
    let curves = group.curves.compactMap { $0.curves[name] }.filter { !$0.x.isEmpty }
    guard let first = curves.map({ $0.x[0] }).min(),
      let last = curves.map({ $0.x[$0.x.count - 1] }).max()
    else { return nil }
    let step = max((last - first) / Double(pointCount - 1), 1e-9)
    let count = last > first ? pointCount : 2
    let x = (0..<count).map { first + Double($0) * step }
    let values = curves.map { $0.values(at: x) }
    var stream = RandomStream(root: 0, name: "compare-runs/\(group.name)/\(name)")
    let y = x.indices.map { place in
      let known = values.map { $0[place] }.filter(\.isFinite)
      return known.isEmpty
        ? MeasuredValue(.nan)
        : MeasuredValue(of: known, using: &stream, resamples: 500) {
          $0.reduce(0, +) / Double($0.count)
        }
    }
    return Line(group: group.name, x: x, y: y)
  }

  /// The curves with bands, and random play's level beside returns in one world.
  func plot(random: Double?) -> LinePlot {
    let isReturn = name == "controller/mean" || name == "controller/evaluated"
    return LinePlot(
      name, xLabel: name.hasPrefix("controller/") ? "environment steps" : "training steps",
      series: lines.map { line in
        let hasBand = line.y.contains { !$0.low.isNaN }
        return Series(
          line.group, x: line.x, y: line.y.map(\.value), low: hasBand ? line.y.map(\.low) : [],
          high: hasBand ? line.y.map(\.high) : [])
      },
      references: isReturn ? random.map { [ReferenceLine("random", $0)] } ?? [] : [],
      yScale: name == "vision/reconstruction" ? .logarithmic : .linear)
  }
}
