import Foundation
import Randomness
import Statistics

/// A Gaussian mixture fitted to the latents of the frames that V learned from: where latents really lie.
///
/// It is fitted to one draw from q(latent | frame) of each frame, so to the aggregated posterior, not to the
/// means, which lie closer together than latents do.
///
/// - SeeAlso: P. Ghosh et al., "From Variational to Deterministic Autoencoders" (2020), section 4; M. Hoffman,
///   M. Johnson, "ELBO surgery" (2016).
package struct MixturePrior: FittedPrior, TemperedPrior {
  /// The mixture.
  package let mixture: GaussianMixture

  package init(_ mixture: GaussianMixture) { self.mixture = mixture }

  package var title: String {
    mixture.count == 1 ? "fitted Gaussian" : "fitted mixture of \(mixture.count)"
  }
  package var latentSize: Int { mixture.dimensions }

  package func logDensities(of latents: [Float]) -> [Double] {
    mixture.logDensities(of: latents.map(Double.init))
  }

  package func samples(_ count: Int, stream: inout RandomStream) -> [Float] {
    samples(count, temperature: 1, stream: &stream)
  }

  /// Components are drawn as ever, their deviations are multiplied.
  package func samples(
    _ count: Int, temperature: Double, stream: inout RandomStream
  ) -> [Float] {
    mixture.samples(count, temperature: temperature, stream: &stream).map(Float.init)
  }

  /// Latents up to which covariances are full; beyond, their number and the time to invert them are too great.
  package static let fullCovarianceLatents = 256
  /// The least variance in a direction, as a share of the mean one: rows are never taken for points.
  private static let floor = 1e-4
  /// Frames per component and latent that a full covariance is told by, at least.
  private static let framesPerLatent = 4

  /// Fits a mixture to latents.
  ///
  /// - Parameters:
  ///   - latents: a draw for each frame, `[row, latentSize]`.
  ///   - start: where it begins.
  ///   - progress: called with the rounds that are done and their greatest number, often within a round; may
  ///     throw to stop.
  /// - Returns: nil where there are no latents, or one is not finite.
  static func fitted(
    to latents: [Float], latentSize: Int, _ configuration: PriorConfiguration,
    start: inout RandomStream, progress: (_ rounds: Int, _ most: Int) throws -> Void
  ) rethrows -> MixturePrior? {
    let settings = settings(
      configuration, latents: latentSize, rows: latents.count / latentSize)
    return try MixtureFit.fitted(
      to: latents.map(Double.init), dimensions: latentSize, settings, stream: &start,
      beat: { try progress($0, settings.rounds) }
    ).map { MixturePrior($0.mixture) }
  }

  private static func settings(
    _ configuration: PriorConfiguration, latents: Int, rows: Int
  ) -> MixtureFit.Settings {
    var settings = MixtureFit.Settings()
    (settings.components, settings.floor) = (configuration.components, floor)
    settings.covariance = latents <= fullCovarianceLatents ? .full : .diagonal
    if settings.covariance == .full {
      settings.components = min(settings.components, max(1, rows / (framesPerLatent * latents)))
    }
    return settings
  }
}
