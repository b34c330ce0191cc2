import Controllers
import Datasets
import EnvironmentKit
import Files
import Foundation
import LongWork
import Settings
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
  func run(in room: WorldRoom) throws -> any Policy<Float> {
    let target = configuration.learnerSteps(afterPass: pass)
    if training.learner.step < target { try train(to: target, room) }
    return training.learner.policy()
  }

  private func train(to target: Int, _ room: WorldRoom) throws {
    let learner = training.learner
    let loop = configuration.loop
    let isOne = loop.passes == 1 || !loop.newLearner
    let progress = room.phase(
      title ?? (isOne ? "train C" : "train C, pass \(pass)"), total: target, done: learner.step,
      unit: learner.unit)
    let runner = EpisodeRunner<Float>(try batch(room))
    runner.ranks = room.ranks
    runner.onStep = { _ in progress.beat() }
    if pass > 1, learner.step == configuration.learnerSteps(afterPass: pass - 1) {
      learner.environmentsChange()
    }
    let every = configuration.learner.checkpointEvery
    while learner.step < target {
      let isLast = learner.step + 1 == target
      let (start, steps) = (ContinuousClock.now, learner.environmentSteps)
      let metrics = try learner.improve(on: runner, isLast: isLast && room.isCheckpoint(pass))
      let speed =
        Double(learner.environmentSteps - steps) / ((ContinuousClock.now - start) / .seconds(1))
      _ = training.curves.add(metrics, step: learner.step, closes: true)
      // Of a moment, and so kept from curves, which are results.
      try room.write(
        phase: "controller", step: learner.step,
        metrics + [Metric("controller/stepsPerSecond", speed)])
      progress.update(done: learner.step, terms: training.terms(metrics))
      room.show(
        phase: "train C", progress: Double(learner.step) / Double(target),
        detail: "\(learner.step) of \(target) \(learner.unit)"
      ) { $0.curves.merge(training.curves.curves) }
      let isDue = isLast ? room.isCheckpoint(pass) : learner.step.isMultiple(of: every)
      if isDue { try room.checkpoints.save() }
      try room.stopIfInterrupted()
    }
    progress.finish(done: learner.step)
  }

  /// What is learned in: where a learner looks at every step, all processes see all slots.
  private func batch(_ room: WorldRoom) throws -> any EnvironmentBatch<Float> {
    let batch = try ownBatch(room)
    let isShared = room.ranks.isShared && training.learner.learnsFromSteps
    return isShared ? SharedEnvironments(batch, among: room.ranks) : batch
  }

  private func ownBatch(_ room: WorldRoom) throws -> any EnvironmentBatch<Float> {
    let slots = configuration.learner.slots
    guard configuration.learner.place == .dream else {
      return try environments.seen(count: slots)
    }
    return try environments.dream(count: slots, starts: environments.starts(in: dataset))
  }
}

extension RunConfiguration {
  /// Improvements that a learner has made after a pass.
  func learnerSteps(afterPass pass: Int) -> Int {
    let each = loop.learnerSteps > 0 ? loop.learnerSteps : learner.steps
    return loop.newLearner ? each : pass * each
  }
}
