import Foundation

/// How evenly values of codes are used.
package struct CodeUse: Hashable, Sendable {
  /// e to the entropy of the values, 1 to `classes`: as many would be used evenly.
  ///
  /// It is a mean over groups, or, where these share a book, that of all groups together.
  package let perplexity: Double
  /// Values that are used at all, summed over groups; of a shared book each is counted once.
  package let used: Int

  /// Measures how often each value is taken.
  ///
  /// - Parameter counts: `[group, value]`, or shares of counts.
  package init(counts: [Double], groups: Int, classes: Int, sharesValues: Bool) {
    var tables = (0..<groups).map { Array(counts[$0 * classes..<($0 + 1) * classes]) }
    if sharesValues {
      tables = [(0..<classes).map { value in tables.reduce(0) { $0 + $1[value] } }]
    }
    perplexity = tables.reduce(0) { $0 + exp(Self.entropy($1)) } / Double(max(1, tables.count))
    used = tables.reduce(0) { $0 + $1.count { $0 > 0 } }
  }

  /// Counts codes.
  ///
  /// - Parameter codes: `[frame, group]`.
  package init(codes: [Int], groups: Int, classes: Int, sharesValues: Bool) {
    var counts = [Double](repeating: 0, count: groups * classes)
    for (place, code) in codes.enumerated() { counts[place % groups * classes + code] += 1 }
    self.init(counts: counts, groups: groups, classes: classes, sharesValues: sharesValues)
  }

  /// In nats.
  private static func entropy(_ counts: [Double]) -> Double {
    let sum = counts.reduce(0, +)
    guard sum > 0 else { return 0 }
    return counts.reduce(0) { $0 - ($1 > 0 ? $1 / sum * log($1 / sum) : 0) }
  }
}
