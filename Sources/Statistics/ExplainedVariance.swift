/// The share of a quantity's variance that a reader explains: R², by sums that can be drawn anew for an interval.
package enum ExplainedVariance {
  /// Of each value: the squared error, the distance from the mean, that squared, and 1.
  ///
  /// - Parameters:
  ///   - told: what the reader says.
  ///   - truth: what is so, as many values.
  package static func columns(told: [Double], of truth: [Double]) -> [[Double]] {
    let mean = truth.reduce(0, +) / Double(max(1, truth.count))
    let distances = truth.map { $0 - mean }
    return [
      zip(truth, told).map { ($0 - $1) * ($0 - $1) }, distances, distances.map { $0 * $0 },
      distances.map { _ in 1 },
    ]
  }

  /// R² of the sums of these columns; NaN without variance.
  package static func ofSums(_ sums: [Double]) -> Double {
    let total = sums[2] - sums[1] * sums[1] / max(1, sums[3])
    return total > 0 ? 1 - sums[0] / total : .nan
  }

  /// R² of what a reader says; NaN without variance.
  package static func value(told: [Double], of truth: [Double]) -> Double {
    ofSums(columns(told: told, of: truth).map { $0.reduce(0, +) })
  }
}
