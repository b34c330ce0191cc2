import Foundation
import Randomness

/// A mixture of products of categorical distributions: rows of codes that are independent given a component.
///
/// - SeeAlso: C. Bishop, "Pattern Recognition and Machine Learning" (2006), section 9.3.3, whose variables have two
///   values.
package struct CodeMixture: Hashable, Sendable {
  /// Codes of a row.
  package let groups: Int
  /// Values of a code.
  package let classes: Int
  /// Each component's share.
  package let weights: [Double]
  /// How likely each value is in a component, `[component, group, value]`.
  package let shares: [Double]

  /// Components.
  package var count: Int { weights.count }

  /// Takes a mixture apart.
  ///
  /// - Returns: nil where the numbers are no distributions, to a millionth.
  package init?(weights: [Double], shares: [Double], groups: Int, classes: Int) {
    func isDistribution(_ values: ArraySlice<Double>) -> Bool {
      values.allSatisfy { $0 >= 0 } && abs(values.reduce(0, +) - 1) < 1e-6
    }
    guard groups >= 1, classes >= 1, shares.count == weights.count * groups * classes,
      isDistribution(weights[...]),
      stride(from: 0, to: shares.count, by: classes).allSatisfy({
        isDistribution(shares[$0..<$0 + classes])
      })
    else { return nil }
    (self.weights, self.shares, self.groups, self.classes) = (weights, shares, groups, classes)
  }

  /// log p of rows, `[row, group]`, in nats.
  package func logDensities(of codes: [Int]) -> [Double] {
    let parts = logParts(of: codes)
    return parts.isEmpty
      ? [] : parts[0].indices.map { row in parts.lazy.map { $0[row] }.logSumOfExponentials }
  }

  /// log (weight · p) of each row in each component, `[component][row]`.
  func logParts(of codes: [Int]) -> [[Double]] {
    let logs = shares.map { log($0) }
    let rows = codes.count / groups
    return weights.indices.map { component in
      (0..<rows).map { row in
        var sum = log(weights[component])
        for group in 0..<groups {
          sum += logs[(component * groups + group) * classes + codes[row * groups + group]]
        }
        return sum
      }
    }
  }

  /// Draws rows, `[row, group]`; the first do not depend on how many there are.
  package func samples(_ count: Int, stream: inout RandomStream) -> [Int] {
    (0..<count).flatMap { _ in
      let component = stream.place(weighted: weights)
      return (0..<groups).map { group in
        let start = (component * groups + group) * classes
        return stream.place(weighted: shares[start..<start + classes])
      }
    }
  }
}

/// A mixture of codes fitted to rows by expectation maximisation.
///
/// Every component has seen one row more than its own, of even shares, so that no value is impossible.
package struct CodeMixtureFit: Sendable {
  /// The mixture of the last round.
  package let mixture: CodeMixture
  /// The mean log density of a row in the first mixture and after every round, in nats.
  package let logLikelihoods: [Double]

  /// What a round must add to the mean log density of a row, in nats, for another to follow.
  private static let leastGain = 1e-5

  /// Fits a mixture.
  ///
  /// - Parameters:
  ///   - codes: `[row, group]`, each from 0.
  ///   - components: at most; fewer where fewer rows differ.
  ///   - beat: called with the number of rounds that are done, for every start too; may throw to stop.
  /// - Returns: nil where there is no row.
  package static func fitted(
    to codes: [Int], groups: Int, classes: Int, components: Int, rounds: Int = 100,
    stream: inout RandomStream, beat: (_ rounds: Int) throws -> Void = { _ in }
  ) rethrows -> CodeMixtureFit? {
    precondition(
      groups >= 1 && codes.count.isMultiple(of: groups) && components >= 1
        && codes.allSatisfy((0..<classes).contains),
      "CodeMixtureFit: \(codes.count) codes of \(classes) values in rows of \(groups), \(components) components"
    )
    guard !codes.isEmpty else { return nil }
    let counts = CodeCounts(codes: codes, groups: groups, classes: classes)
    let nearest = try DistantRows.groups(
      rows: codes.count / groups, count: components, stream: &stream, distance: counts.difference,
      beat: { try beat(0) })
    let starts = (0..<(nearest.max() ?? 0) + 1).map { group in
      nearest.map { $0 == group ? 1.0 : 0 }
    }
    guard var mixture = counts.mixture(of: starts) else { return nil }
    var likelihoods: [Double] = []
    for round in 0...rounds {
      let found = ComponentShares(mixture.logParts(of: codes))
      let gain = found.likelihood - (likelihoods.last ?? -.infinity)
      likelihoods.append(found.likelihood)
      guard round < rounds, gain >= leastGain, let next = counts.mixture(of: found.shares)
      else { break }
      mixture = next
      try beat(round + 1)
    }
    return CodeMixtureFit(mixture: mixture, logLikelihoods: likelihoods)
  }
}

/// The likeliest mixture where it is known which row is whose.
private struct CodeCounts {
  let codes: [Int]
  let groups: Int
  let classes: Int

  /// How many codes of two rows differ.
  func difference(_ a: Int, _ b: Int) -> Double {
    Double((0..<groups).count { codes[a * groups + $0] != codes[b * groups + $0] })
  }

  /// The mixture of some shares in the rows, `[component][row]`.
  func mixture(of shares: [[Double]]) -> CodeMixture? {
    let totals = shares.map { $0.reduce(0, +) }
    let sum = totals.reduce(0, +)
    var chances = [Double](
      repeating: 1 / Double(classes), count: shares.count * groups * classes)
    for (component, own) in shares.enumerated() {
      for (row, share) in own.enumerated() where share > 0 {
        for group in 0..<groups {
          let place = (component * groups + group) * classes + codes[row * groups + group]
          chances[place] += share
        }
      }
    }
    let size = groups * classes
    for place in chances.indices { chances[place] /= totals[place / size] + 1 }
    return CodeMixture(
      weights: totals.map { $0 / sum }, shares: chances, groups: groups, classes: classes)
  }
}
