import Foundation
import Randomness
import Statistics
import Testing

@Suite struct GaussianMixtureTests {
  /// Two clusters in the plane, 300 rows about (−4, 0), wide along x, and 100 about (4, 2), narrow.
  private func clusters() -> [Double] {
    var stream = RandomStream(seed: 5)
    return (0..<400).flatMap { row -> [Double] in
      let (a, b) = (stream.standardNormal(), stream.standardNormal())
      return row % 4 == 0 ? [4 + 0.1 * a, 2 + 0.1 * b] : [a - 4, 0.5 * b]
    }
  }

  private func fitted(
    _ rows: [Double], _ dimensions: Int, seed: UInt64 = 1,
    _ change: (inout MixtureFit.Settings) -> Void
  ) -> MixtureFit? {
    var (settings, stream) = (MixtureFit.Settings(), RandomStream(seed: seed))
    change(&settings)
    return .fitted(to: rows, dimensions: dimensions, settings, stream: &stream, beat: { _ in })
  }

  @Test(arguments: GaussianMixture.Covariance.allCases, [UInt64(1), 2, 3])
  func `Two clusters that lie apart are found`(_ kind: GaussianMixture.Covariance, _ seed: UInt64)
    throws
  {
    let fit = try #require(
      fitted(clusters(), 2, seed: seed) { ($0.components, $0.covariance) = (2, kind) })
    let mixture = fit.mixture
    let (small, great) = mixture.weights[0] < 0.5 ? (0, 1) : (1, 0)
    #expect(abs(mixture.weights[small] - 0.25) < 1e-6)
    // Standard errors: 0.1 / √100 and 1 / √300; four of them.
    #expect(abs(mixture.means[2 * small] - 4) < 0.04)
    #expect(abs(mixture.means[2 * small + 1] - 2) < 0.04)
    #expect(abs(mixture.means[2 * great] + 4) < 0.24)
    #expect(abs(mixture.means[2 * great + 1]) < 0.12)
    let width = kind == .full ? 4 : 2
    // A variance of n draws has the relative standard error √(2 / n), 0.08 of 300.
    #expect(abs(mixture.covariances[width * great] - 1) < 0.33)
  }

  @Test(arguments: GaussianMixture.Covariance.allCases)
  func `Rows never become less likely from round to round`(_ kind: GaussianMixture.Covariance)
    throws
  {
    var stream = RandomStream(seed: 9)
    let rows = (0..<300).flatMap { _ -> [Double] in
      let angle = stream.uniform(0, 2 * Double.pi)
      return [cos(angle), sin(angle), 0.05 * stream.standardNormal()]
    }
    let fit = try #require(
      fitted(rows, 3) { ($0.components, $0.covariance, $0.leastGain) = (6, kind, 1e-9) })
    let steps = zip(fit.logLikelihoods, fit.logLikelihoods.dropFirst()).map { $1 - $0 }
    #expect(steps.count > 5)
    // Sums of 300 numbers of size 1 round by about 1e-13.
    #expect(steps.allSatisfy { $0 > -1e-11 })
    let told = fit.mixture.logDensities(of: rows).reduce(0, +) / 300
    #expect(abs(told - (fit.logLikelihoods.last ?? 0)) < 1e-9)
  }

  @Test func `One component is the Gaussian of mean and covariance`() throws {
    var stream = RandomStream(seed: 2)
    let rows = (0..<50).flatMap { _ -> [Double] in
      let first = stream.standardNormal()
      return [first, 2 * first + 3 + stream.standardNormal()]
    }
    let mixture = try #require(fitted(rows, 2) { $0.components = 1 }).mixture
    let (x, y) = (
      stride(from: 0, to: 100, by: 2).map { rows[$0] },
      stride(from: 1, to: 100, by: 2).map { rows[$0] }
    )
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / 50 }
    let (mx, my) = (mean(x), mean(y))
    let (a, b, c) = (
      mean(x.map { ($0 - mx) * ($0 - mx) }), mean(zip(x, y).map { ($0 - mx) * ($1 - my) }),
      mean(y.map { ($0 - my) * ($0 - my) })
    )
    #expect(zip(mixture.means, [mx, my]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(zip(mixture.covariances, [a, b, b, c]).allSatisfy { abs($0 - $1) < 1e-12 })
    // The inverse of a matrix of two rows by hand.
    let (u, v, determinant) = (0.5 - mx, 1 - my, a * c - b * b)
    let square = (c * u * u - 2 * b * u * v + a * v * v) / determinant
    let expected = -log(2 * Double.pi) - 0.5 * log(determinant) - 0.5 * square
    #expect(abs(mixture.logDensities(of: [0.5, 1])[0] - expected) < 1e-12)
  }

  @Test func `A density by hand: two components on a line`() throws {
    let mixture = try #require(
      GaussianMixture(weights: [0.25, 0.75], means: [0, 2], covariances: [1, 4]))
    let (first, second) = (
      exp(-0.5) / (2 * Double.pi).squareRoot(), exp(-0.125) / (8 * Double.pi).squareRoot()
    )
    #expect(abs(mixture.logDensities(of: [1])[0] - log(0.25 * first + 0.75 * second)) < 1e-12)
    // Far from both the density is below the smallest number, its logarithm is not.
    let far = mixture.logDensities(of: [1000])[0]
    #expect(abs(far - (log(0.75) - 0.5 * log(8 * Double.pi) - 998 * 998 / 8)) < 1e-6)
  }

  @Test(arguments: GaussianMixture.Covariance.allCases)
  func `Draws have the mixture's moments`(_ kind: GaussianMixture.Covariance) throws {
    let covariances =
      kind == .full ? [2, 1.2, 1.2, 1, 0.5, 0, 0, 0.5] : [2, 1, 0.5, 0.5]
    let mixture = try #require(
      GaussianMixture(
        weights: [0.5, 0.5], means: [-3, 0, 3, 1], covariances: covariances, covariance: kind))
    var stream = RandomStream(seed: 3)
    let count = 20_000
    let rows = mixture.samples(count, stream: &stream)
    func mean(_ value: (Double, Double) -> Double) -> Double {
      (0..<count).reduce(0) { $0 + value(rows[2 * $1], rows[2 * $1 + 1]) } / Double(count)
    }
    // Four standard errors: deviations of 3.2, 1, and at most 8 for products, over √20000.
    #expect(abs(mean { x, _ in x }) < 0.1)
    #expect(abs(mean { _, y in y } - 0.5) < 0.03)
    #expect(abs(mean { x, _ in x * x } - (9 + 1.25)) < 0.25)
    #expect(abs(mean { x, y in x * y } - (kind == .full ? 2.1 : 1.5)) < 0.15)
    var again = RandomStream(seed: 3)
    #expect(mixture.samples(5, stream: &again) == Array(rows[..<10]))
  }

  @Test func `Data without variance in a direction, or in any, still have a density`() throws {
    let flat = (0..<40).flatMap { [Double($0 % 7), 1.0, 2 * Double($0 % 7)] }
    for kind in GaussianMixture.Covariance.allCases {
      let fit = try #require(fitted(flat, 3) { ($0.components, $0.covariance) = (3, kind) })
      #expect(fit.logLikelihoods.allSatisfy { $0.isFinite })
      #expect(zip(fit.logLikelihoods, fit.logLikelihoods.dropFirst()).allSatisfy { $1 > $0 - 1e-6 })
      let alike = try #require(
        fitted([Double](repeating: 0.3, count: 12), 3) { $0.covariance = kind })
      #expect(alike.mixture.count == 1)
      #expect(alike.mixture.logDensities(of: [0.3, 0.3, 0.3])[0].isFinite)
    }
    #expect(fitted([1, .nan], 2) { _ in } == nil)
    #expect(fitted([], 2) { _ in } == nil)
  }

  @Test func `Numbers that are no mixture are refused`() {
    let whole: ([Double], [Double], [Double]) -> GaussianMixture? = {
      GaussianMixture(weights: $0, means: $1, covariances: $2)
    }
    #expect(whole([1], [0, 0], [1, 0, 0, 1]) != nil)
    #expect(whole([0.5], [0, 0], [1, 0, 0, 1]) == nil)
    #expect(whole([1.5, -0.5], [0, 1], [1, 1]) == nil)
    #expect(whole([1], [0, 0], [1, 0, 0]) == nil)
    #expect(whole([1], [0, 0], [1, 2, 2, 1]) == nil)
    #expect(whole([1], [0, .nan], [1, 0, 0, 1]) == nil)
    #expect(whole([1], [0, 0], [1, .infinity, .infinity, 1]) == nil)
    #expect(whole([], [], []) == nil)
  }

  @Test func `The same stream gives the same mixture`() throws {
    let fits = (0..<2).map { _ in fitted(clusters(), 2) { $0.components = 5 }?.mixture }
    #expect(fits[0] != nil && fits[0] == fits[1])
  }
}
