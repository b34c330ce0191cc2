import Foundation

/// How likely each row is to come from each component of a mixture: the expectation of expectation maximisation.
struct ComponentShares {
  /// Each component's share in every row, `[component][row]`; those of a row add up to 1.
  let shares: [[Double]]
  /// The mean log density of a row, in nats.
  let likelihood: Double

  /// Takes log (weight · density) of every row in each component, `[component][row]`.
  init(_ logParts: [[Double]]) {
    var (parts, sum) = (logParts, 0.0)
    for row in parts[0].indices {
      let density = parts.lazy.map { $0[row] }.logSumOfExponentials
      sum += density
      for component in parts.indices {
        parts[component][row] = exp(parts[component][row] - density)
      }
    }
    (shares, likelihood) = (parts, sum / Double(parts[0].count))
  }
}
