import Datasets
import Files
import WorldModels

extension RunRoom {
  /// Whether the end of a pass is saved.
  func isCheckpoint(_ pass: Int) -> Bool {
    pass.isMultiple(of: configuration.loop.checkpointEvery) || pass == configuration.loop.passes
  }

  /// What a model learns from.
  func trainingData(_ dataset: EpisodeDataset) -> TrainingData {
    var phase: ProgressPhase?
    return TrainingData(
      dataset, split: configuration.split(dataset),
      actions: entry.actions, folder: folder.latents, rootSeed: rootSeed
    ) { title, done, total, unit in
      if phase == nil { phase = self.phase(title, total: total, done: 0, unit: unit) }
      phase?.update(done: done, terms: [])
      if done == total { phase?.finish(done: done) }
      if done == total { phase = nil }
    }
  }
}
