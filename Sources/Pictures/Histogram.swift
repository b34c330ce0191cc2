public import EnvironmentKit

/// How often values fall into equal bins.
public struct Histogram: Hashable, Sendable {
  /// Stands above.
  public var title: String
  /// What the values are, with their unit.
  public var label: String
  /// The left edge of the first bin and the right edge of the last.
  public let range: ClosedRange<Double>
  /// Values in each bin, the left edge belonging to it; the last bin has its right edge too.
  public let counts: [Int]

  /// Counts values; those that are not finite are left out.
  ///
  /// - Parameters:
  ///   - title: stands above.
  ///   - values: what is counted.
  ///   - bins: number of bins, at least 1.
  ///   - label: what the values are, with their unit.
  public init(_ title: String, values: [Double], bins: Int = 30, label: String = "") {
    precondition(bins >= 1, "Histogram: \(bins) bins; ask for 1 or more")
    let axis = Axis(covering: values)
    var counts = [Int](repeating: 0, count: bins)
    for value in values where abs(value) < 1e300 {
      counts[min(bins - 1, max(0, Int(axis.position(of: value) * Double(bins))))] += 1
    }
    self.title = title
    self.label = label
    self.counts = counts
    range = axis.low...axis.high
  }

  /// Draws the histogram into an area, its text magnified by `scale`.
  public func draw(on canvas: Canvas, in area: Area, scale: Int = 1) {
    let chart = Chart(
      area: area,
      x: Axis(
        covering: [range.lowerBound, range.upperBound],
        tickCount: max(1, area.width / (70 * scale))),
      y: Axis(
        covering: counts.map(Double.init) + [0, 1], tickCount: max(1, area.height / (32 * scale)),
        isWhole: true),
      title: title, xLabel: label, yLabel: "count", scale: scale)
    chart.drawGround(on: canvas)
    let width = (range.upperBound - range.lowerBound) / Double(counts.count)
    for (index, count) in counts.enumerated() where count > 0 {
      let left = Int(chart.column(range.lowerBound + Double(index) * width).rounded())
      let right = Int(chart.column(range.lowerBound + Double(index + 1) * width).rounded())
      let top = Int(chart.row(Double(count)).rounded())
      canvas.fillRectangle(
        x: left, y: top, width: max(1, right - left - 1), height: chart.inside.bottom - top,
        Theme.series(0))
    }
  }

  /// The histogram as a picture of its own.
  public func frame(width: Int, height: Int, scale: Int = 1) -> Frame {
    Frame(drawnAt: width, height) { draw(on: $0, in: $0.area.inset(4 * scale), scale: scale) }
  }
}
