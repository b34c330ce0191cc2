import Foundation

extension Sequence<Double> {
  /// log Σ eˣ, without overflow; −∞ where there is nothing.
  package var logSumOfExponentials: Double {
    let largest = self.max() ?? -.infinity
    guard largest.isFinite else { return largest }
    return largest + log(reduce(0) { $0 + exp($1 - largest) })
  }
}
