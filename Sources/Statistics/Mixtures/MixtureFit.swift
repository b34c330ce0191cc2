import Foundation
import Randomness

/// A Gaussian mixture fitted to rows by expectation maximisation.
///
/// Every round makes the rows likelier, or leaves them as they are: the covariances are the likeliest among
/// those that vary by a floor or more in every direction. All is computed on the calling thread, in order.
///
/// - SeeAlso: A. Dempster, N. Laird, D. Rubin, "Maximum Likelihood from Incomplete Data via the EM Algorithm"
///   (1977); C. Bishop, "Pattern Recognition and Machine Learning" (2006), section 9.2.2.
package struct MixtureFit: Sendable {
  /// What is fitted, and how long.
  package struct Settings: Hashable, Sendable {
    /// Components, 1 or more; fewer where there are fewer rows.
    package var components = 10
    /// What components know of how dimensions vary.
    package var covariance = GaussianMixture.Covariance.full
    /// The least variance in any direction, as a share of the rows' mean variance.
    package var floor = 1e-6
    /// Rounds at most.
    package var rounds = 100
    /// What a round must add to the mean log density of a row, in nats, for another to follow.
    package var leastGain = 5e-3

    /// Ten components of full covariances.
    package init() {}
  }

  /// The mixture of the last round.
  package let mixture: GaussianMixture
  /// The mean log density of a row in the first mixture and after every round, in nats.
  package let logLikelihoods: [Double]

  /// Fits a mixture.
  ///
  /// - Parameters:
  ///   - rows: `[row, dimension]`.
  ///   - stream: where the start is drawn from.
  ///   - beat: called with the number of rounds that are done, often within a round; may throw to stop.
  /// - Returns: nil where there is no row, or a number is not finite.
  package static func fitted(
    to rows: [Double], dimensions: Int, _ settings: Settings, stream: inout RandomStream,
    beat: (_ rounds: Int) throws -> Void
  ) rethrows -> MixtureFit? {
    precondition(
      dimensions >= 1 && rows.count.isMultiple(of: dimensions) && settings.components >= 1,
      "MixtureFit: \(rows.count) numbers, \(dimensions) dimensions, \(settings.components) components"
    )
    guard !rows.isEmpty, rows.allSatisfy(\.isFinite) else { return nil }
    let maximisation = Maximisation(rows, dimensions, settings)
    let nearest = try DistantRows.groups(
      rows, dimensions: dimensions, count: settings.components, stream: &stream,
      beat: { try beat(0) })
    let starts = (0..<(nearest.max() ?? 0) + 1).map { group in
      nearest.map { $0 == group ? 1.0 : 0 }
    }
    guard
      var mixture = try maximisation.mixture(of: starts, before: nil, beat: { try beat(0) })
    else { return nil }
    var likelihoods: [Double] = []
    for round in 0...settings.rounds {
      let found = ComponentShares(try mixture.logParts(of: rows, beat: { try beat(round) }))
      let gain = found.likelihood - (likelihoods.last ?? -.infinity)
      likelihoods.append(found.likelihood)
      guard round < settings.rounds, gain >= settings.leastGain,
        let next = try maximisation.mixture(
          of: found.shares, before: mixture, beat: { try beat(round) })
      else { break }
      mixture = next
      try beat(round + 1)
    }
    return MixtureFit(mixture: mixture, logLikelihoods: likelihoods)
  }
}

/// The likeliest mixture where it is known which row is whose.
private struct Maximisation {
  let rows: [Double]
  let dimensions: Int
  let kind: GaussianMixture.Covariance
  /// The least variance in any direction.
  let floor: Double

  private var count: Int { rows.count / dimensions }

  init(_ rows: [Double], _ dimensions: Int, _ settings: MixtureFit.Settings) {
    (self.rows, self.dimensions, kind) = (rows, dimensions, settings.covariance)
    let count = Double(rows.count / dimensions)
    var variance = 0.0
    for dimension in 0..<dimensions {
      let values = stride(from: dimension, to: rows.count, by: dimensions).map { rows[$0] }
      let mean = values.reduce(0, +) / count
      variance += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    }
    // Rows that are all alike have no variance of which to take a share.
    floor = max(1e-12, settings.floor * variance / Double(dimensions))
  }

  /// The mixture of some shares in the rows, `[component][row]`.
  ///
  /// - Parameters:
  ///   - before: what a component without a row stays as.
  ///   - beat: called for every component; may throw to stop.
  func mixture(
    of shares: [[Double]], before: GaussianMixture?, beat: () throws -> Void
  ) rethrows -> GaussianMixture? {
    var (weights, means, covariances): ([Double], [Double], [Double]) = ([], [], [])
    for (component, shares) in shares.enumerated() {
      try beat()
      let total = shares.reduce(0, +)
      weights.append(total / Double(count))
      guard total > 1e-8 || before == nil, total > 0 else {
        guard let before else { return nil }
        means += before.means[component * dimensions..<(component + 1) * dimensions]
        let size = before.covariances.count / before.count
        covariances += before.covariances[component * size..<(component + 1) * size]
        continue
      }
      let (mean, covariance) = moments(shares, total)
      means += mean
      covariances += GaussianShape.raised(covariance, dimensions, kind, floor: floor)
    }
    let sum = weights.reduce(0, +)
    return GaussianMixture(
      weights: weights.map { $0 / sum }, means: means, covariances: covariances, covariance: kind)
  }

  /// Mean and covariance of the rows that a component has a share in.
  private func moments(_ shares: [Double], _ total: Double) -> (mean: [Double], spread: [Double]) {
    // Most components have a share in few rows; less than this of a row no sum would notice.
    let own = shares.indices.filter { shares[$0] > 1e-14 }
    var centred = own.flatMap { rows[$0 * dimensions..<($0 + 1) * dimensions] }
    let weights = own.map { shares[$0] / total }
    let mean = SymmetricMatrix.transposedProduct(centred, weights, rows: own.count)
    let width = dimensions
    centred.withUnsafeMutableBufferPointer { centred in
      for (row, weight) in weights.enumerated() {
        let root = weight.squareRoot()
        for column in 0..<width {
          let place = row * width + column
          centred[place] = root * (centred[place] - mean[column])
        }
      }
    }
    guard kind == .full else {
      var variances = [Double](repeating: 0, count: width)
      for place in centred.indices { variances[place % width] += centred[place] * centred[place] }
      return (mean, variances)
    }
    return (mean, SymmetricMatrix.transposedProduct(centred, centred, rows: own.count))
  }
}
