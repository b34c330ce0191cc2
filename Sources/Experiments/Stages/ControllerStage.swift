import Controllers
import EnvironmentKit
import WorldModels

/// A trained controller with its learning curve.
struct TrainedController {
  let trainer: ControllerTrainer
  let history: [GenerationPoint]
}

/// Trains C by CMA-ES in the real world, seen through V.
struct ControllerStage {
  /// Episodes played at a time: bounds the memory, never the result.
  static let slots = 256

  private let context: RunContext
  private let vision: FrozenVision
  private let dataset: EpisodeDataset

  init(_ context: RunContext, _ vision: FrozenVision, _ dataset: EpisodeDataset) {
    self.context = context
    self.vision = vision
    self.dataset = dataset
  }

  /// Goes on from the last generation until all are done.
  func run() throws -> TrainedController {
    let configuration = context.configuration.controller
    let batch = try LatentEnvironments(
      context.entry.batch(.pixels64, count: slotCount), encoder: vision)
    let shape = try ControllerShape(
      configuration, observation: batch.observationSpace, actions: batch.actionSpace)
    let checkpoint = ControllerCheckpoint(
      url: context.folder.controllerFile, configuration: configuration, shape: shape)
    var (trainer, history) =
      checkpoint.exists
      ? try checkpoint.restore()
      : (
        ControllerTrainer(
          configuration, shape: shape, scaling: scaling(shape), rootSeed: context.rootSeed),
        []
      )
    if !trainer.isFinished { try train(&trainer, &history, batch, checkpoint) }
    return TrainedController(trainer: trainer, history: history)
  }

  private var slotCount: Int {
    let configuration = context.configuration.controller
    return min(Self.slots, configuration.populationSize * configuration.episodesPerCandidate)
  }

  private func train(
    _ trainer: inout ControllerTrainer, _ history: inout [GenerationPoint],
    _ batch: LatentEnvironments, _ checkpoint: ControllerCheckpoint
  ) throws {
    let generations = context.configuration.controller.generations
    let progress = context.progress.phase(
      "train C", total: generations, done: trainer.generation, unit: "generations")
    let metrics = try MetricsLog(context.folder.metricsFile)
    let runner = EpisodeRunner<Float>(batch)
    runner.onStep = { _ in progress.beat() }
    while !trainer.isFinished {
      let report = try trainer.trainGeneration(on: runner)
      let point = GenerationPoint(report)
      history.append(point)
      try metrics.append(point, steps: report.steps, sigma: report.sigma)
      try checkpoint.save(trainer, history)
      progress.update(
        done: trainer.generation,
        terms: [
          ("mean", report.mean), ("best", report.best),
          ("evaluated", trainer.bestEvaluated?.meanReturn ?? .nan),
        ])
      watch(trainer, history)
      try context.stopIfInterrupted()
    }
    progress.finish(done: trainer.generation)
  }

  /// Standardises the latents by what V makes of the collected frames.
  private func scaling(_ shape: ControllerShape) -> InputScaling {
    let split = DatasetSplit(dataset, heldOutEvery: context.configuration.collect.heldOutEvery)
    let sample = FrameSelection.spread(split.trainingFrames, 4096)
    let table = LatentTable(vision, dataset, frames: sample)
    return table.means.withUnsafeBufferPointer {
      InputScaling(
        fitting: $0, count: table.latentSize,
        limit: Float(context.configuration.controller.inputLimit))
    }
  }

  private func watch(_ trainer: ControllerTrainer, _ history: [GenerationPoint]) {
    guard let observer = context.observer, observer.wantsSnapshot else { return }
    var snapshot = RunSnapshot()
    snapshot.phase = .controller
    let total = context.configuration.controller.generations
    snapshot.progress = Double(trainer.generation) / Double(total)
    snapshot.detail = "generation \(trainer.generation) of \(total)"
    snapshot.controllerHistory = history
    observer.receive(snapshot)
  }
}

extension GenerationPoint {
  /// The point of a generation's report.
  init(_ report: GenerationReport) {
    self.init(
      generation: report.generation, mean: report.mean, best: report.best,
      deviation: report.standardDeviation, evaluated: report.evaluation?.meanReturn)
  }
}
