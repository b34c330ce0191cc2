import Controllers
import Datasets
import Files
import WorldModels

/// A learner with its learning curve.
final class LearnerTraining {
  /// Who learns.
  let learner: any Learner
  /// Its curves, a point per improvement.
  var curves = CurveRecorder(pointSteps: 1)
  private var lastEvaluated = Double.nan

  /// Makes a learner, as far as it was saved.
  ///
  /// - Parameter name: what its checkpoint is called.
  init(
    _ environments: AgentEnvironments, _ dataset: EpisodeDataset, name: String, in room: WorldRoom,
    checkpoints: CheckpointSet? = nil
  ) throws {
    let configuration = environments.configuration
    let training = configuration.split(dataset).training
    learner = try configuration.learner.makeLearner(
      in: environments.learnerRoom { try environments.samples(of: training, in: dataset) })
    try enter(checkpoints ?? room.checkpoints, name, room)
  }

  private func enter(_ checkpoints: CheckpointSet, _ name: String, _ room: WorldRoom) throws {
    let saved = try checkpoints.enter(name, step: { [learner] in learner.step }) { [unowned self] in
      var file = self.learner.save()
      self.curves.save(in: &file)
      return file
    }
    guard let saved else { return }
    let path = checkpoints.file(name).path
    try learner.restore(saved, place: path)
    try curves.restore(saved, place: path)
    checkpoints.isSaved(name)
    room.snapshot.curves.merge(curves.curves)
  }

  /// What the progress line shows: the last evaluation stays until the next.
  func terms(_ metrics: [Metric]) -> [(String, Double)] {
    metrics.filter { !$0.title.isEmpty }.map { metric in
      guard metric.name.hasSuffix("/evaluated") else { return (metric.title, metric.value) }
      if metric.value.isFinite { lastEvaluated = metric.value }
      return (metric.title, lastEvaluated)
    }
  }
}
