import Datasets
import Randomness
import Statistics

/// Intervals of means over frames: frames of one episode are not independent, so episodes are drawn whole.
package struct FrameIntervals {
  private static let leastGroups = 10
  private static let resamples = 1_000

  /// The group of each frame; nil where frames stand alone, or in too few groups.
  private let groups: [Int]?
  private let rootSeed: UInt64

  /// Takes the frames that values will be of.
  package init(_ source: any FrameSource, frames: [Int], rootSeed: UInt64) {
    var group = 0
    let ranges = source.frameGroups
    let found =
      ranges.isEmpty
      ? []
      : frames.sorted().map { frame -> Int in
        while group < ranges.count - 1, ranges[group].upperBound <= frame { group += 1 }
        return group
      }
    groups = Set(found).count >= Self.leastGroups ? found : nil
    self.rootSeed = rootSeed
  }

  /// The rows in two halves that have no episode in common; every second row where frames stand alone.
  ///
  /// - Parameter count: how many rows there are.
  package func halves(of count: Int) -> (first: [Int], second: [Int]) {
    let labels = groups ?? Array(0..<count)
    let ranks = Dictionary(
      uniqueKeysWithValues: Set(labels).sorted().enumerated().map { ($0.element, $0.offset) })
    let isFirst = labels.map { (ranks[$0] ?? 0) % 2 == 0 }
    return (
      labels.indices.filter { isFirst[$0] }, labels.indices.filter { !isFirst[$0] }
    )
  }

  /// A mean over some of the frames.
  ///
  /// - Parameters:
  ///   - values: one a frame.
  ///   - rows: which frames they are of; all where none are named.
  package func mean(_ values: [Double], of rows: [Int]? = nil) -> MeasuredValue {
    guard !values.isEmpty else { return MeasuredValue(.nan) }
    var stream = RandomStream(root: rootSeed, name: "vision/intervals")
    guard let groups else { return MeasuredValue(meanOf: values, using: &stream) }
    let labels = labels(of: rows, groups)
    let mean = GroupedBootstrap(labels: labels, resamples: Self.resamples, stream: &stream)
      .mean(values)
    return MeasuredValue(mean.mean, low: mean.low, high: mean.high)
  }

  /// A number that follows from sums over some of the frames, such as R².
  ///
  /// - Parameters:
  ///   - columns: what is summed, `[column][frame]`.
  ///   - rows: which frames they are of.
  ///   - statistic: the number, of the columns' sums.
  func value(
    of columns: [[Double]], at rows: [Int], _ statistic: ([Double]) -> Double
  ) -> MeasuredValue {
    var stream = RandomStream(root: rootSeed, name: "vision/intervals")
    return SumsBootstrap.value(
      of: columns, labels: groups.map { labels(of: rows, $0) }, resamples: Self.resamples,
      stream: &stream, statistic)
  }

  private func labels(of rows: [Int]?, _ groups: [Int]) -> [Int] {
    rows?.map { groups[$0] } ?? groups
  }
}
