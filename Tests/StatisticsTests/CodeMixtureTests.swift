import Foundation
import Randomness
import Statistics
import Testing

@Suite struct CodeMixtureTests {
  /// Two components of three codes of two values.
  private let shares = [0.9, 0.1, 0.8, 0.2, 0.5, 0.5, 0.2, 0.8, 0.3, 0.7, 0.5, 0.5]

  private func mixture() throws -> CodeMixture {
    try #require(CodeMixture(weights: [0.3, 0.7], shares: shares, groups: 3, classes: 2))
  }

  @Test func `Densities of all rows are those by hand, and add up to 1`() throws {
    let mixture = try mixture()
    let rows = (0..<8).flatMap { row in (0..<3).map { row >> $0 & 1 } }
    let logs = mixture.logDensities(of: rows)
    #expect(abs(logs.reduce(0) { $0 + exp($1) } - 1) < 1e-12)
    #expect(abs(logs[0] - log(0.3 * 0.9 * 0.8 * 0.5 + 0.7 * 0.2 * 0.3 * 0.5)) < 1e-12)
    #expect(mixture.logDensities(of: []).isEmpty)
  }

  @Test func `What is drawn from it has its shares, and a fit finds them again`() throws {
    var stream = RandomStream(seed: 1)
    let truth = try #require(
      CodeMixture(
        weights: [0.3, 0.7],
        shares: [0.95, 0.05, 0.9, 0.1, 0.95, 0.05, 0.1, 0.9, 0.05, 0.95, 0.1, 0.9], groups: 3,
        classes: 2))
    let rows = truth.samples(20_000, stream: &stream)
    let first = stride(from: 0, to: rows.count, by: 3).count { rows[$0] == 0 }
    // Four standard errors of 20,000 draws.
    #expect(abs(Double(first) / 20_000 - (0.3 * 0.95 + 0.7 * 0.1)) < 0.014)
    let fit = try #require(
      CodeMixtureFit.fitted(
        to: rows, groups: 3, classes: 2, components: 2, stream: &stream, beat: { _ in }))
    let order = fit.mixture.weights[0] < 0.5 ? [0, 1] : [1, 0]
    #expect(abs(fit.mixture.weights[order[0]] - 0.3) < 0.03)
    for (component, place) in order.enumerated() {
      for number in 0..<6 {
        let found = fit.mixture.shares[place * 6 + number]
        #expect(abs(found - truth.shares[component * 6 + number]) < 0.04)
      }
    }
    #expect(zip(fit.logLikelihoods, fit.logLikelihoods.dropFirst()).allSatisfy { $1 > $0 - 1e-3 })
    // A mixture of its own fit tells the rows at least as well as where they came from, but for the row of even shares.
    let own = fit.mixture.logDensities(of: rows).reduce(0, +)
    #expect(own > truth.logDensities(of: rows).reduce(0, +) - 20)
  }

  @Test func `One component is the frequencies, with one even row more`() throws {
    var stream = RandomStream(seed: 1)
    let fit = try #require(
      CodeMixtureFit.fitted(
        to: [0, 1, 0, 1, 0, 2], groups: 2, classes: 3, components: 1, stream: &stream,
        beat: { _ in }))
    // Counts (3, 0, 0) and (0, 2, 1) with a third more of each value, over four rows.
    let exact: [Double] = [10, 1, 1, 1, 7, 4].map { $0 / 12 }
    #expect(zip(fit.mixture.shares, exact).allSatisfy { abs($0 - $1) < 1e-12 })
    let nothing = CodeMixtureFit.fitted(
      to: [], groups: 2, classes: 3, components: 1, stream: &stream, beat: { _ in })
    #expect(nothing == nil)
    // There are no more components than rows differ.
    let two = try #require(
      CodeMixtureFit.fitted(
        to: [0, 1, 0, 1, 2, 2], groups: 2, classes: 3, components: 9, stream: &stream,
        beat: { _ in }))
    #expect(two.mixture.count == 2)
  }

  @Test func `Numbers that are no distributions are refused`() {
    #expect(CodeMixture(weights: [0.5, 0.4], shares: shares, groups: 3, classes: 2) == nil)
    #expect(CodeMixture(weights: [1], shares: shares, groups: 3, classes: 2) == nil)
    #expect(
      CodeMixture(weights: [0.3, 0.7], shares: shares.map { $0 * 2 }, groups: 3, classes: 2) == nil)
    #expect(CodeMixture(weights: [], shares: [], groups: 3, classes: 2) == nil)
    #expect(
      CodeMixture(
        weights: [1], shares: [-0.5, 1.5, 0.5, 0.5, 0.5, 0.5], groups: 3, classes: 2) == nil)
  }
}
