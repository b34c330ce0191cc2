import Foundation
import Randomness

/// A weighted sum of Gaussian densities, with full covariances or with variances alone.
///
/// - SeeAlso: C. Bishop, "Pattern Recognition and Machine Learning" (2006), section 9.2.
public struct GaussianMixture: Hashable, Sendable {
  /// What a component knows of how its dimensions vary.
  public enum Covariance: String, Hashable, Sendable, CaseIterable {
    /// How each varies with each other.
    case full
    /// How each varies alone.
    case diagonal
  }

  /// The components' shares, which add up to 1.
  public let weights: [Double]
  /// Their means, `[component, dimension]`.
  public let means: [Double]
  /// Their covariances, `[component, dimension, dimension]`, or variances, `[component, dimension]`.
  public let covariances: [Double]
  /// Numbers of a row.
  public let dimensions: Int
  /// What the covariances are.
  public let covariance: Covariance
  private let shapes: [GaussianShape]

  /// How many components there are.
  public var count: Int { weights.count }

  /// Joins the numbers of a mixture.
  ///
  /// - Parameters:
  ///   - weights: 0 or more each, with a sum of 1.
  ///   - means: `[component, dimension]`.
  ///   - covariances: symmetric and positive definite, or positive variances.
  /// - Returns: nil where sizes do not fit each other, a number is not finite, or there is no such density.
  public init?(
    weights: [Double], means: [Double], covariances: [Double], covariance: Covariance = .full
  ) {
    let count = weights.count
    guard count > 0, !means.isEmpty, means.count.isMultiple(of: count) else { return nil }
    let dimensions = means.count / count
    let size = covariance == .full ? dimensions * dimensions : dimensions
    let share = weights.reduce(0, +)
    guard covariances.count == count * size, weights.allSatisfy({ $0 >= 0 }),
      abs(share - 1) < 1e-6, means.allSatisfy(\.isFinite)
    else { return nil }
    let shapes = (0..<count).compactMap {
      GaussianShape(Array(covariances[$0 * size..<($0 + 1) * size]), dimensions, covariance)
    }
    guard shapes.count == count else { return nil }
    (self.weights, self.means, self.covariances) = (weights, means, covariances)
    (self.dimensions, self.covariance, self.shapes) = (dimensions, covariance, shapes)
  }

  /// The natural logarithm of the density at rows, `[row]` of `[row, dimension]`.
  public func logDensities(of rows: [Double]) -> [Double] {
    let parts = logParts(of: rows, beat: {})
    return (0..<rows.count / dimensions).map { row in
      parts.lazy.map { $0[row] }.logSumOfExponentials
    }
  }

  /// log (share · density) of every component, `[component][row]`.
  ///
  /// - Parameter beat: called for every component; may throw to stop.
  func logParts(of rows: [Double], beat: () throws -> Void) rethrows -> [[Double]] {
    precondition(
      rows.count.isMultiple(of: dimensions),
      "GaussianMixture: \(rows.count) numbers are no rows of \(dimensions)")
    return try (0..<count).map { component in
      try beat()
      let share = log(weights[component])
      return shapes[component].logDensities(of: rows, about: mean(component)).map { $0 + share }
    }
  }

  /// Draws rows.
  ///
  /// - Returns: `[row, dimension]`; the first rows do not depend on how many are drawn.
  public func samples(_ count: Int, stream: inout RandomStream) -> [Double] {
    samples(count, temperature: 1, stream: &stream)
  }

  /// Draws rows of components whose deviations are multiplied; at 0 their means.
  ///
  /// - Parameter temperature: 0 or more; 1 for the mixture as it is.
  package func samples(
    _ count: Int, temperature: Double, stream: inout RandomStream
  ) -> [Double] {
    (0..<count).flatMap { _ in
      let component = stream.place(weighted: weights)
      let noise = (0..<dimensions).map { _ in temperature * stream.standardNormal() }
      return zip(mean(component), shapes[component].spread(noise)).map(+)
    }
  }

  private func mean(_ component: Int) -> ArraySlice<Double> {
    means[component * dimensions..<(component + 1) * dimensions]
  }
}
