import Datasets
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
package struct MixturePrior: Prior {
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
    mixture.samples(count, stream: &stream).map(Float.init)
  }

  /// Latents up to which covariances are full; beyond, their number and the time to invert them are too great.
  package static let fullCovarianceLatents = 256
  /// The least variance in a direction, as a share of the mean one: rows are never taken for points.
  private static let floor = 1e-4
  /// Frames per component and latent that a full covariance is told by, at least.
  private static let framesPerLatent = 4

  /// Fits a mixture to the latents of frames.
  ///
  /// - Parameters:
  ///   - frames: those that V learned from; of more than `configuration.frames` so many, evenly spread.
  ///   - rootSeed: root of the streams `prior/latents` and `prior/start`.
  ///   - progress: called with the rounds that are done and their greatest number, often within a round; both
  ///     are equal at the end. May throw to stop.
  /// - Returns: nil where there are no frames, or a latent is not finite.
  /// - Throws: where the frames cannot be read, and what `progress` throws.
  package static func fitted(
    _ vision: FrozenVision, to source: any FrameSource, frames: [Int],
    _ configuration: PriorConfiguration, rootSeed: UInt64,
    progress: (_ rounds: Int, _ most: Int) throws -> Void = { _, _ in }
  ) throws -> MixturePrior? {
    let chosen = FrameSelection.spread(frames, configuration.frames)
    let settings = settings(configuration, latents: vision.latentSize, rows: chosen.count)
    let table = try LatentTable(vision, source, frames: chosen) { try progress(0, settings.rounds) }
    var noise = RandomStream(root: rootSeed, name: "prior/latents")
    var start = RandomStream(root: rootSeed, name: "prior/start")
    let fit = try MixtureFit.fitted(
      to: table.draws(&noise).map(Double.init), dimensions: vision.latentSize, settings,
      stream: &start, beat: { try progress(min($0, settings.rounds - 1), settings.rounds) })
    try progress(settings.rounds, settings.rounds)
    return fit.map { MixturePrior($0.mixture) }
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

extension LatentTable {
  /// A draw from what the encoder says about each row, `[row, latent]`.
  package func draws(_ stream: inout RandomStream) -> [Float] {
    zip(means, logVariances).map { $0 + exp($1 / 2) * Float(stream.standardNormal()) }
  }
}
