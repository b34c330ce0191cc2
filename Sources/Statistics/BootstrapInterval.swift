import Randomness

/// A mean with its 95 % percentile bootstrap interval.
///
/// - SeeAlso: B. Efron, R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
public struct BootstrapInterval: Hashable, Sendable, Codable {
  /// The mean of the values.
  public var mean: Double
  /// The lower end: the 2.5th percentile of the resampled means.
  public var low: Double
  /// The upper end: the 97.5th percentile of the resampled means.
  public var high: Double
  /// The sample standard deviation of the values (n − 1); 0 for a single one.
  public var standardDeviation: Double
  /// Number of values.
  public var count: Int

  private enum CodingKeys: String, CodingKey {
    case mean, low, high
    case standardDeviation = "std"
    case count = "episodes"
  }

  /// Computes the interval.
  ///
  /// - Parameters:
  ///   - values: one an episode, at least one.
  ///   - stream: draws the resamples; equal streams give equal intervals.
  ///   - resamples: number of resamples.
  public init(_ values: [Double], using stream: inout RandomStream, resamples: Int = 10_000) {
    precondition(!values.isEmpty && resamples >= 1, "BootstrapInterval: no values, or no resamples")
    let count = values.count
    let mean = values.reduce(0, +) / Double(count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    var means: [Double] = []
    means.reserveCapacity(resamples)
    for _ in 0..<resamples {
      var sum = 0.0
      for _ in 0..<count { sum += values[stream.integers(in: 0..<count)] }
      means.append(sum / Double(count))
    }
    means.sort()
    self.mean = mean
    self.count = count
    standardDeviation = count > 1 ? (squares / Double(count - 1)).squareRoot() : 0
    low = Self.percentile(means, 0.025)
    high = Self.percentile(means, 0.975)
  }

  /// Linear interpolation between order statistics; NumPy's default.
  static func percentile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}
