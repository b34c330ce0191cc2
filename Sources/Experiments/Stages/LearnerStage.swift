import Controllers
import Datasets
import EnvironmentKit
import Files
import Foundation
import WorldModels

/// Improves the policy in the world seen through the model, or in the model's dream.
struct LearnerStage: Stage {
  static let name = "learner"

  /// Which pass.
  let pass: Int
  /// Who learns.
  let training: LearnerTraining
  /// What it may learn in.
  let environments: AgentEnvironments
  /// Where dreams start from.
  let dataset: EpisodeDataset
  /// What the progress line calls it; nil for the pass's own name.
  var title: String?

  private var configuration: RunConfiguration { environments.configuration }

  /// Goes on from the last checkpoint until all improvements of the pass are made.
  func run(in room: RunRoom) throws -> any Policy<Float> {
    let target = configuration.learnerSteps(afterPass: pass)
    if training.learner.step < target { try train(to: target, room) }
    return training.learner.policy()
  }

  private func train(to target: Int, _ room: RunRoom) throws {
    let learner = training.learner
    let loop = configuration.loop
    let isOne = loop.passes == 1 || !loop.newLearner
    let progress = room.phase(
      title ?? (isOne ? "train C" : "train C, pass \(pass)"), total: target, done: learner.step,
      unit: learner.unit)
    let runner = EpisodeRunner<Float>(try batch(room))
    runner.onStep = { _ in progress.beat() }
    if pass > 1, learner.step == configuration.learnerSteps(afterPass: pass - 1) {
      learner.environmentsChange()
    }
    while learner.step < target {
      let isLast = learner.step + 1 == target
      let metrics = try learner.improve(on: runner, isLast: isLast && room.isCheckpoint(pass))
      _ = training.curves.add(metrics, step: learner.step, closes: true)
      try room.write(phase: "controller", step: learner.step, metrics)
      progress.update(done: learner.step, terms: training.terms(metrics))
      room.show(
        phase: "train C", progress: Double(learner.step) / Double(target),
        detail: "\(learner.step) of \(target) \(learner.unit)"
      ) { $0.curves.merge(training.curves.curves) }
      if !isLast || room.isCheckpoint(pass) || Interruption.isRequested {
        try room.checkpoints.save()
      }
      try room.stopIfInterrupted()
    }
    progress.finish(done: learner.step)
  }

  private func batch(_ room: RunRoom) throws -> any EnvironmentBatch<Float> {
    let slots = configuration.learner.slots
    guard configuration.learner.place == .dream else {
      return try environments.seen(count: slots)
    }
    let split = DatasetSplit(dataset, heldOutEvery: configuration.collect.heldOutEvery)
    return try environments.dream(
      count: slots, starts: environments.starts(of: split.training, in: dataset))
  }
}

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
    _ environments: AgentEnvironments, _ dataset: EpisodeDataset, name: String, in room: RunRoom,
    checkpoints: CheckpointSet? = nil
  ) throws {
    let configuration = environments.configuration
    let seen = try environments.seen(count: 1)
    let split = DatasetSplit(dataset, heldOutEvery: configuration.collect.heldOutEvery)
    learner = try configuration.learner.makeLearner(
      in: LearnerRoom(
        observation: seen.observationSpace, actions: seen.actionSpace, rootSeed: room.rootSeed
      ) { try environments.samples(of: split.training, in: dataset) })
    try enter(checkpoints ?? room.checkpoints, name, room)
  }

  private func enter(_ checkpoints: CheckpointSet, _ name: String, _ room: RunRoom) throws {
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

extension RunConfiguration {
  /// Improvements that a learner has made after a pass.
  func learnerSteps(afterPass pass: Int) -> Int {
    let each = loop.learnerSteps > 0 ? loop.learnerSteps : learner.steps
    return loop.newLearner ? each : pass * each
  }
}
