import Datasets
import Files
import LongWork
import WorldModels

extension RunRoom {
  /// Whether the end of a pass is saved.
  func isCheckpoint(_ pass: Int) -> Bool {
    pass.isMultiple(of: configuration.loop.checkpointEvery) || pass == configuration.loop.passes
  }

  /// What a model learns from that only sees.
  func trainingData(_ frames: any FrameSource, _ split: FrameSplit) -> TrainingData {
    var data = TrainingData(
      frames: frames, split: split, actions: modelRoom.actions, folder: folder.latents,
      rootSeed: rootSeed, progress: partProgress)
    data.ranks = ranks
    return data
  }

  /// Tells how far longer work of a part of the model is, and ends it where Ctrl-C was pressed.
  var partProgress: (_ title: String, _ done: Int, _ total: Int, _ unit: String) throws -> Void {
    var phase: ProgressPhase?
    return { title, done, total, unit in
      if phase == nil { phase = self.phase(title, total: total, done: 0, unit: unit) }
      phase?.update(done: done, terms: [])
      if done == total { phase?.finish(done: done) }
      if done == total { phase = nil }
      try self.stopIfInterrupted()
    }
  }
}
