import Randomness

/// A number that was measured, with its 95 % interval.
package struct MeasuredValue: Hashable, Sendable {
  /// The number.
  package var value: Double
  /// The interval's lower end; NaN where none is known.
  package var low: Double
  /// The interval's upper end; NaN where none is known.
  package var high: Double

  /// Names a number and its interval.
  package init(_ value: Double, low: Double, high: Double) {
    (self.value, self.low, self.high) = (value, low, high)
  }

  /// A number of which no interval is known: its ends are NaN.
  package init(_ value: Double) { self.init(value, low: .nan, high: .nan) }

  /// A mean with its percentile bootstrap interval.
  ///
  /// - Parameters:
  ///   - values: at least one, independent of each other.
  ///   - stream: draws the resamples.
  package init(meanOf values: [Double], using stream: inout RandomStream) {
    let interval = BootstrapInterval(values, using: &stream, resamples: Self.resamples)
    self.init(interval.mean, low: interval.low, high: interval.high)
  }

  /// A statistic with its interval by leaving out one of several groups of the data at a time.
  ///
  /// - Parameters:
  ///   - value: of all data.
  ///   - without: of all data but one group, one a group; 2 or more.
  /// - SeeAlso: B. Efron, C. Stein, "The Jackknife Estimate of Variance" (1981).
  package init(_ value: Double, leavingOut without: [Double]) {
    let count = Double(without.count)
    let mean = without.reduce(0, +) / count
    let squares = without.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let half = Self.quantile(groups: without.count) * (squares * (count - 1) / count).squareRoot()
    self.init(value, low: value - half, high: value + half)
  }

  /// A statistic with the middle 95 % of its values over resamples of the data.
  ///
  /// - Parameter others: one a resample; 1 or more.
  package init(_ value: Double, resampled others: [Double]) {
    let sorted = others.sorted()
    self.init(
      value, low: BootstrapInterval.percentile(sorted, 0.025),
      high: BootstrapInterval.percentile(sorted, 0.975))
  }

  /// Applies a rising function to the number and both ends.
  package func mapped(_ function: (Double) -> Double) -> MeasuredValue {
    MeasuredValue(function(value), low: function(low), high: function(high))
  }

  private static let resamples = 1_000

  /// The 97.5th percentile of Student's t with one degree of freedom less than there are groups.
  private static func quantile(groups: Int) -> Double {
    let quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]
    return groups - 2 < quantiles.count
      ? quantiles[max(0, groups - 2)] : 1.96 + 2.4 / Double(groups - 1)
  }
}
