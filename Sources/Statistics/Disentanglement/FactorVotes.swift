import Randomness

/// The FactorVAE score: how often the number of a code that varies least tells which factor was held.
///
/// 1 where every factor has a number of its own; guessing gives `chance`.
///
/// Examples that share a factor's value are drawn from the table; a factor of many values is held to a bin.
///
/// - SeeAlso: H. Kim, A. Mnih, "Disentangling by Factorising" (2018), section 4.
package struct FactorVotes: Hashable, Sendable {
  private static let (fitVotes, testVotes, examples) = (4_000, 2_000, 64)
  private static let (leastDeviation, leastExamples) = (0.05, 8)

  /// The share of votes told right; NaN where fewer than two factors can be held, 0 where the code does not
  /// vary.
  package let value: Double
  /// 1 for each vote told right and 0 for each other; empty where there are none.
  package let outcomes: [Double]
  /// What guessing gives.
  package let chance: Double

  /// Votes, and counts.
  ///
  /// - Parameter stream: draws factors and examples.
  package init(_ table: CodedFactors, using stream: inout RandomStream) {
    let held = table.factors.map { Self.examples(sharing: $0) }.filter { $0.count > 1 }
    let active = Self.variances(table)
    chance = held.isEmpty ? .nan : 1 / Double(held.count)
    guard held.count > 1 else {
      (value, outcomes) = (.nan, [])
      return
    }
    guard !active.isEmpty else {
      (value, outcomes) = (0, [])
      return
    }
    func vote() -> (latent: Int, factor: Int) {
      let factor = stream.integers(in: 0..<held.count)
      let rows = stream.choice(held[factor])
      let drawn = (0..<Self.examples).map { _ in stream.choice(rows) }
      let shares = active.map { Self.variance(table, drawn, $0.latent) / $0.variance }
      return (shares.indices.min { shares[$0] < shares[$1] } ?? 0, factor)
    }
    var counts = [[Int]](repeating: [Int](repeating: 0, count: held.count), count: active.count)
    for _ in 0..<Self.fitVotes {
      let vote = vote()
      counts[vote.latent][vote.factor] += 1
    }
    let guesses = counts.map { row in row.indices.max { row[$0] < row[$1] } ?? 0 }
    outcomes = (0..<Self.testVotes).map { _ in
      let vote = vote()
      return guesses[vote.latent] == vote.factor ? 1 : 0
    }
    value = outcomes.mean
  }

  /// The examples of each value of a factor that has enough of them.
  private static func examples(sharing factor: CodedFactors.Factor) -> [[Int]] {
    let levels = Levels(of: factor)
    var rows = [[Int]](repeating: [], count: levels.count)
    for (row, level) in levels.levels.enumerated() where level >= 0 { rows[level].append(row) }
    return rows.filter { $0.count >= leastExamples }
  }

  /// The numbers of the code that vary, with their variances.
  private static func variances(_ table: CodedFactors) -> [(latent: Int, variance: Double)] {
    (0..<table.width).map { ($0, variance(table, Array(0..<table.count), $0)) }
      .filter { $0.1.squareRoot() >= leastDeviation }
  }

  private static func variance(_ table: CodedFactors, _ rows: [Int], _ latent: Int) -> Double {
    var (sum, squares) = (0.0, 0.0)
    // From the first row on, so that no digits are lost far from zero.
    let start = rows.first.map { Double(table.codes[$0 * table.width + latent]) } ?? 0
    for row in rows {
      let value = Double(table.codes[row * table.width + latent]) - start
      sum += value
      squares += value * value
    }
    let count = Double(max(1, rows.count))
    return max(0, squares - sum * sum / count) / max(1, count - 1)
  }
}
