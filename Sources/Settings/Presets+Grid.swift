import EnvironmentKit
import WorldModels

extension RunConfiguration {
  /// The `grid` preset: worlds of cells, such as MiniGrid's, from their symbols.
  ///
  /// Every cell decides with shared weights what stands in it. β below 1 lets the latents say exactly where:
  /// a thing's place is worth the nats of its own cells only.
  mutating func seeGrids() {
    data.kind = .cells
    agent.observation = .grid
    changeMixtureMemory {
      $0.autoencoder.vision.network = .residual
      $0.autoencoder.vision.width = 32
      $0.autoencoder.vision.likelihood = .categorical
      $0.autoencoder.vision.beta = 0.1
      $0.autoencoder.vision.warmUpSteps = 1_000
      $0.autoencoder.schedule.steps = 8_000
      $0.autoencoder.schedule.checkpointEvery = 500
    }
  }

  /// What differs where V alone is trained: few frames of each of very many levels, at any time of an episode.
  mutating func collectManyLevels() {
    loop.frames = 100_000
    collect.episodeSteps = 3
    collect.unseenSteps = 600
    collect.shardFrames = 65_536
  }

  /// The same from the whole grid as a picture.
  mutating func seeGridsAsPictures() {
    agent.observation = .full()
    guard var seeing = model as? AutoencoderSettings else { return }
    seeing.vision.network = .patches
    (seeing.vision.likelihood, seeing.vision.sigma) = (.gaussian, 0.1)
    seeing.vision.beta = 1
    model = seeing
  }
}
