import Randomness
import WorldModels

/// M's distributions against what came, with latents drawn from V's distribution as in training.
package struct CalibrationStudy: Sendable {
  /// Histograms, coverage and nats of M.
  package let mixture: MixtureCalibration
  /// The nats of the two baselines on the same latents.
  package let baselines: MemoryBaselines

  /// Leads M along episodes.
  package init(_ memory: FrozenMemory, _ episodes: [LatentEpisode], rootSeed: UInt64) {
    let drawn = episodes.enumerated().map { index, episode in
      var stream = RandomStream(root: rootSeed, name: "model/resample/\(index)")
      return episode.resampled(&stream)
    }
    var mixture = MixtureCalibration(MixtureReading(memory.configuration))
    MemoryWalk(memory).along(
      drawn,
      after: { moments, state in
        mixture.add(
          rows: memory.outputs(of: moments.map(\.slot), state),
          targets: moments.flatMap { drawn[$0.episode].latent($0.step + 1) })
      })
    self.mixture = mixture
    baselines = MemoryBaselines(
      latents: drawn.map(\.latents), latentSize: memory.configuration.latentSize)
  }
}
