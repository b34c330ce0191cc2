import Randomness

/// A mean with its 95 % interval over groups of dependent values.
package struct GroupedMean: Hashable, Sendable {
  /// The mean of all values.
  package var mean: Double
  /// The 2.5th percentile of the resampled means.
  package var low: Double
  /// The 97.5th percentile of the resampled means.
  package var high: Double

  /// Applies a function to the mean and both ends.
  package func mapped(_ function: (Double) -> Double) -> GroupedMean {
    let ends = [function(low), function(high)]
    return GroupedMean(
      mean: function(mean), low: ends.min() ?? .nan, high: ends.max() ?? .nan)
  }
}

/// Percentile bootstrap that draws whole groups: starts in one episode are not independent.
///
/// All means of one bootstrap use the same draws, so that differences of curves are paired.
///
/// - SeeAlso: A. C. Davison, D. V. Hinkley, "Bootstrap Methods and their Application" (1997), section 3.8.
package struct GroupedBootstrap: Sendable {
  private let groups: [Int]
  private let groupCount: Int
  /// `[resample][draw]`: groups drawn with replacement.
  private let draws: [[Int]]

  /// Draws the resamples.
  ///
  /// - Parameters:
  ///   - labels: the group of each value, any numbers.
  ///   - resamples: number of resamples.
  package init(labels: [Int], resamples: Int = 2_000, stream: inout RandomStream) {
    let names = Set(labels).sorted()
    groups = labels.map { label in names.firstIndex(of: label) ?? 0 }
    groupCount = names.count
    let count = groupCount
    draws = (0..<resamples).map { _ in
      (0..<count).map { _ in stream.integers(in: 0..<count) }
    }
  }

  /// The mean of values, one a label; NaN where there are none.
  ///
  /// - Parameters:
  ///   - values: one a label.
  ///   - weights: what the sum is divided by, summed, as pixels of a region are; nil for 1 each.
  package func mean(_ values: [Double], weights: [Double]? = nil) -> GroupedMean {
    precondition(
      values.count == groups.count && weights?.count ?? values.count == values.count,
      "GroupedBootstrap.mean: \(values.count) values for \(groups.count) labels; give one each")
    var sums = [Double](repeating: 0, count: groupCount)
    var totals = sums
    for (index, group) in groups.enumerated() {
      sums[group] += values[index]
      totals[group] += weights?[index] ?? 1
    }
    let means = draws.map { draw in
      draw.reduce(0) { $0 + sums[$1] } / draw.reduce(0) { $0 + totals[$1] }
    }.filter(\.isFinite).sorted()
    let mean = sums.reduce(0, +) / totals.reduce(0, +)
    guard !means.isEmpty else { return GroupedMean(mean: mean, low: mean, high: mean) }
    return GroupedMean(
      mean: mean, low: BootstrapInterval.percentile(means, 0.025),
      high: BootstrapInterval.percentile(means, 0.975))
  }
}
