import Foundation
import Randomness

/// Which number of a code a regressor needs to tell which factor (DCI).
///
/// The regressor is `BaggedTrees`: other regressors give other numbers.
///
/// - SeeAlso: C. Eastwood, C. Williams, "A Framework for the Quantitative Evaluation of Disentangled
///   Representations" (2018), section 2.
package struct FactorImportance: Sendable {
  /// 1 where each number of the code serves one factor; NaN where there is one factor.
  package let disentanglement: Double
  /// 1 where each factor needs one number of the code; NaN where a code is one number.
  package let completeness: Double
  /// How well factors are told: the share of a constant guess's error that is saved, a mean over factors.
  package let informativeness: Double
  /// How far off each factor is told in each example to judge by: what the trees and what a constant guess get
  /// wrong, `[factor]`; 0 of both where an example has none.
  package let errors: [(told: [Double], constant: [Double])]
  /// `[number][factor]`: shares of each factor, which sum to 1 over the code.
  package let importances: [[Double]]

  /// Learns every factor.
  ///
  /// - Parameter stream: draws the trees' resamples.
  package init(_ table: CodedFactors, using stream: inout RandomStream) {
    var (columns, errors) = ([[Double]](), [(told: [Double], constant: [Double])]())
    for factor in table.factors {
      let trees = BaggedTrees(table, factor, using: &stream)
      let total = trees.importances.reduce(0, +)
      columns.append(trees.importances.map { total > 0 ? $0 / total : 0 })
      errors.append(trees.errors(table, factor))
    }
    let rows = (0..<table.width).map { latent in columns.map { $0[latent] } }
    importances = rows
    disentanglement = Self.sharpness(rows)
    completeness = Self.sharpness(columns)
    self.errors = errors
    informativeness = Self.informativeness(
      errors.flatMap { [$0.told.reduce(0, +), $0.constant.reduce(0, +)] })
  }

  /// The mean over factors of the share of a constant guess's error that is saved, at least 0.
  ///
  /// - Parameter sums: of each factor what the trees and what a constant guess get wrong, one after the other.
  package static func informativeness(_ sums: [Double]) -> Double {
    stride(from: 0, to: sums.count, by: 2).compactMap { place -> Double? in
      sums[place + 1] > 0 ? max(0, 1 - sums[place] / sums[place + 1]) : nil
    }.mean
  }

  /// 1 − entropy of each list by its length, weighted by its sum.
  private static func sharpness(_ lists: [[Double]]) -> Double {
    guard let length = lists.first?.count, length > 1 else { return .nan }
    let total = lists.reduce(0) { $0 + $1.reduce(0, +) }
    guard total > 0 else { return 0 }
    return lists.reduce(0) { sum, list in
      let mass = list.reduce(0, +)
      guard mass > 0 else { return sum }
      let entropy = list.reduce(0) { $1 > 0 ? $0 - $1 / mass * log($1 / mass) : $0 }
      return sum + mass / total * (1 - entropy / log(Double(length)))
    }
  }
}
