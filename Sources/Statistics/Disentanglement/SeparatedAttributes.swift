/// How much better a factor is told from the best single number of a code than from the second best (SAP).
///
/// A quantity is told by a line: R². A category is told by the nearest of its classes' means: the share told
/// right, classes counting alike, on a scale where guessing is 0 and knowing 1. Everything is judged on
/// examples that were not learned from.
///
/// - SeeAlso: A. Kumar, P. Sattigeri, A. Balakrishnan, "Variational Inference of Disentangled Latent Concepts
///   from Unlabeled Observations" (2018), section 3.
package struct SeparatedAttributes: Hashable, Sendable {
  /// `[factor][number]`: how well a factor is told, 0...1.
  package let scores: [[Double]]

  /// The mean lead of the best number over the factors that vary; NaN where none does.
  package var value: Double {
    scores.filter { $0.allSatisfy(\.isFinite) }.map(\.lead).mean
  }

  /// Measures every number of the code against every factor.
  package init(_ table: CodedFactors) {
    scores = table.factors.map { factor in
      (0..<table.width).map { latent in
        let code = table.code(latent)
        let there = { (rows: Range<Int>) in
          rows.filter { factor.values[$0].isFinite }.map { (Double(code[$0]), factor.values[$0]) }
        }
        let (fit, test) = (there(0..<table.fitCount), there(table.fitCount..<table.count))
        return factor.isCategory ? Self.classes(fit, test) : Self.line(fit, test)
      }
    }
  }

  private typealias Pair = (code: Double, value: Float)

  private static func line(_ fit: [Pair], _ test: [Pair]) -> Double {
    let (x, y) = (fit.map(\.code).mean, fit.map { Double($0.value) }.mean)
    let (xs, xy) = fit.reduce((0.0, 0.0)) { sums, pair in
      let code = pair.code - x
      return (sums.0 + code * code, sums.1 + code * (Double(pair.value) - y))
    }
    let slope = xs > 1e-12 * Double(max(1, fit.count)) ? xy / xs : 0
    let mean = test.map { Double($0.value) }.mean
    let (residual, total) = test.reduce((0.0, 0.0)) { sums, pair in
      let (value, guess) = (Double(pair.value), y + slope * (pair.code - x))
      return (sums.0 + (value - guess) * (value - guess), sums.1 + (value - mean) * (value - mean))
    }
    return total > 0 ? max(0, 1 - residual / total) : .nan
  }

  private static func classes(_ fit: [Pair], _ test: [Pair]) -> Double {
    let means = Dictionary(grouping: fit, by: \.value)
      .map { (value: $0.key, mean: $0.value.map(\.code).mean) }.sorted { $0.value < $1.value }
    let tested = Dictionary(grouping: test, by: \.value).sorted { $0.key < $1.key }
    guard means.count > 1, tested.count > 1 else { return .nan }
    let shares = tested.map { value, pairs in
      let right = pairs.count { pair in
        means.min { abs($0.mean - pair.code) < abs($1.mean - pair.code) }?.value == value
      }
      return Double(right) / Double(pairs.count)
    }
    let chance = 1 / Double(tested.count)
    return max(0, (shares.mean - chance) / (1 - chance))
  }
}
