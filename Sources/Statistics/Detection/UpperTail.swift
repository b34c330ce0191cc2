import Foundation

/// How rare values as great as a given one are, also beyond the greatest that was ever seen.
///
/// Among the values that it is told, their share; above nearly all of them the share falls off as an exponential
/// through the greatest ones.
///
/// - SeeAlso: J. Pickands, "Statistical Inference Using Extreme Order Statistics" (1975), with an exponential tail.
package struct UpperTail: Hashable, Sendable {
  private let sorted: [Double]
  /// Above it the tail begins.
  private let start: Double
  /// The share of values above, and by how much they exceed it on average.
  private let (share, excess): (Double, Double)

  /// The share of the values that the tail is fitted to, and how many these are at least.
  private static let (tailShare, leastTail) = (0.02, 20)
  /// Nats beyond which nothing is rarer.
  private static let most = 100.0

  /// Learns from values.
  ///
  /// - Parameter values: none of them NaN.
  package init(_ values: [Double]) {
    sorted = values.sorted()
    let count = values.count
    let tail = min(count, max(Self.leastTail, Int(Double(count) * Self.tailShare)))
    let start = tail < count ? sorted[count - tail - 1] : sorted.last ?? 0
    let above = sorted.filter { $0 > start }
    self.start = start
    share = Double(max(1, above.count)) / Double(count + 1)
    excess = above.reduce(0) { $0 + $1 - start } / Double(max(1, above.count))
  }

  /// −log of the share of values as great as this one, in nats, 0…100.
  package func rarity(of value: Double) -> Double {
    guard value > start else {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < value { low = middle + 1 } else { high = middle }
      }
      return log(Double(sorted.count + 1) / Double(sorted.count - low + 1))
    }
    let beyond = excess > 0 ? (value - start) / excess : .infinity
    return min(Self.most, beyond - log(share))
  }
}
