import Controllers
import Datasets
import EnvironmentKit
import Foundation
import WorldModels

/// A trained controller with its learning curve.
struct TrainedController {
  let trainer: ControllerTrainer
  let history: [GenerationPoint]
}

/// Trains C by CMA-ES in the world seen through V and M, or in the dream.
struct ControllerStage {
  /// Episodes played at a time: bounds the memory, never the result.
  static let slots = 256

  private let context: RunContext
  private let batches: AgentBatches
  private let dataset: EpisodeDataset
  private let latents: LatentStore
  private let split: DatasetSplit
  private let file: URL
  private let title: String
  private var configuration: ControllerConfiguration { batches.configuration.controller }

  /// Prepares to train.
  ///
  /// - Parameters:
  ///   - batches: what C may act in; their configuration is C's.
  ///   - file: where it is saved.
  ///   - title: what the progress line calls it.
  init(
    _ context: RunContext, _ batches: AgentBatches, _ dataset: EpisodeDataset,
    _ latents: LatentStore, file: URL? = nil, title: String = "train C"
  ) {
    self.context = context
    self.batches = batches
    self.dataset = dataset
    self.latents = latents
    self.file = file ?? context.folder.controllerFile
    self.title = title
    split = DatasetSplit(dataset, heldOutEvery: context.configuration.collect.heldOutEvery)
  }

  /// Goes on from the last generation until all are done.
  func run() throws -> TrainedController {
    let shape = try batches.shape()
    let checkpoint = ControllerCheckpoint(
      url: file, configuration: configuration, shape: shape)
    var (trainer, history) =
      checkpoint.exists
      ? try checkpoint.restore()
      : (
        ControllerTrainer(
          configuration, shape: shape, scaling: try scaling(shape), rootSeed: context.rootSeed),
        []
      )
    if !trainer.isFinished { try train(&trainer, &history, batch(), checkpoint) }
    return TrainedController(trainer: trainer, history: history)
  }

  private func batch() throws -> any EnvironmentBatch<Float> {
    switch configuration.world {
    case .real: try batches.seen(count: slotCount)
    case .dream:
      try batches.dream(
        count: slotCount,
        starts: latents.starts(
          of: split.training, reading: batches.configuration.agent.reading))
    }
  }

  private var slotCount: Int {
    return min(Self.slots, configuration.populationSize * configuration.episodesPerCandidate)
  }

  private func train(
    _ trainer: inout ControllerTrainer, _ history: inout [GenerationPoint],
    _ batch: any EnvironmentBatch<Float>, _ checkpoint: ControllerCheckpoint
  ) throws {
    let generations = configuration.generations
    let progress = context.progress.phase(
      title, total: generations, done: trainer.generation, unit: "generations")
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

  /// Standardises the inputs by what a controller would have seen in the collected episodes.
  private func scaling(_ shape: ControllerShape) throws -> InputScaling {
    let inputs = ObservedInputs(batches, dataset, latents)
    let rows = inputs.rows(of: split.training, atMost: 4096, read: shape).values
    return rows.withUnsafeBufferPointer {
      InputScaling(
        fitting: $0, count: shape.inputCount, limit: Float(configuration.inputLimit))
    }
  }

  private func watch(_ trainer: ControllerTrainer, _ history: [GenerationPoint]) {
    guard let observer = context.observer, observer.wantsSnapshot else { return }
    var snapshot = RunSnapshot()
    snapshot.phase = .controller
    let total = configuration.generations
    snapshot.progress = Double(trainer.generation) / Double(total)
    snapshot.detail = "generation \(trainer.generation) of \(total)"
    snapshot.controllerHistory = history
    snapshot.isDream = configuration.world == .dream
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
