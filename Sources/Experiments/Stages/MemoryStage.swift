import Datasets
import EnvironmentKit
import Evaluation
import WorldModels

/// A trained M with its learning curve and what it foretells.
struct TrainedMemory {
  let model: Memory
  let frozen: FrozenMemory
  let history: [MemoryPoint]
  let study: MemoryStudy
  let skippedSteps: Int
}

/// Trains M on the latents of the collected episodes.
struct MemoryStage {
  private let context: RunContext
  private let dataset: EpisodeDataset
  private let latents: LatentStore
  private let configuration: MemoryConfiguration
  private let training: [EpisodeSpan]
  private let heldOut: [EpisodeSpan]
  private let pass: TrainingPass
  private var steps: Range<Int> { pass.memorySteps }

  init(
    _ context: RunContext, _ dataset: EpisodeDataset, _ latents: LatentStore, _ pass: TrainingPass
  ) {
    self.pass = pass
    self.context = context
    self.dataset = dataset
    self.latents = latents
    configuration = context.configuration.memory(for: context.entry.actions)
    let split = DatasetSplit(dataset, heldOutEvery: context.configuration.collect.heldOutEvery)
    (training, heldOut) = (split.training, split.heldOut)
  }

  /// Goes on from the last checkpoint until all steps are done.
  func run() throws -> TrainedMemory {
    let trainer = MemoryTrainer(configuration, seed: context.rootSeed)
    let checkpoint = MemoryCheckpoint(
      url: context.folder.memoryFile, configuration: configuration)
    var history = MemoryHistory()
    var lanes = MemoryState(
      count: configuration.batchSize, hiddenSize: configuration.hiddenSize)
    if checkpoint.exists {
      (history, lanes) = try checkpoint.restore(into: trainer)
    }
    if trainer.step == steps.lowerBound {
      // The lanes of a pass begin anew: they go through episodes that were not there before.
      lanes = MemoryState(count: configuration.batchSize, hiddenSize: configuration.hiddenSize)
    }
    if trainer.step < steps.upperBound || !checkpoint.exists {
      try train(trainer, &lanes, &history, checkpoint)
    }
    let frozen = FrozenMemory(trainer.model)
    let study = MemoryStudy(
      TeacherForcing(
        memory: frozen, dataset: dataset, latents: latents, actions: context.entry.actions,
        encoding: context.configuration.agent.actionEncoding, sampleSeed: context.rootSeed),
      heldOut: heldOut)
    return TrainedMemory(
      model: trainer.model, frozen: frozen, history: history.points, study: study,
      skippedSteps: trainer.skipped)
  }

  private func train(
    _ trainer: MemoryTrainer, _ lanes: inout MemoryState, _ history: inout MemoryHistory,
    _ checkpoint: MemoryCheckpoint
  ) throws {
    let settings = context.configuration.memoryTraining
    let sampler = MemorySampler(
      dataset, latents, episodes: training, configuration, actions: context.entry.actions,
      encoding: context.configuration.agent.actionEncoding, rootSeed: context.rootSeed,
      pass: pass.number)
    sampler.skip(trainer.step - steps.lowerBound)
    let progress = context.progress.phase(
      "train M", total: steps.upperBound, done: trainer.step, unit: "steps")
    let metrics = try MetricsLog(context.folder.metricsFile)
    let fall = CosineFall(steps: steps.count, finalShare: settings.finalLearningRateShare)
    while trainer.step < steps.upperBound {
      trainer.learningRate =
        configuration.learningRate * Float(fall.share(at: trainer.step - steps.lowerBound))
      let step = withExtendedLifetime(sampler) {
        trainer.step(sampler.batch(step: trainer.step), carrying: &lanes)
      }
      let isLast = trainer.step == steps.upperBound
      if let point = history.add(step, closes: isLast) {
        try metrics.append(point, skipped: trainer.skipped)
        watch(trainer.step, history)
      }
      progress.update(done: trainer.step, terms: terms(step, trainer))
      if trainer.step.isMultiple(of: settings.checkpointEvery) || isLast
        || Interruption.isRequested
      {
        try checkpoint.save(trainer, lanes, history)
        try context.stopIfInterrupted()
      }
    }
    if steps.upperBound == 0 { try checkpoint.save(trainer, lanes, history) }
    progress.finish(done: trainer.step)
  }

  private func watch(_ done: Int, _ history: MemoryHistory) {
    guard let observer = context.observer, observer.wantsSnapshot else { return }
    var snapshot = RunSnapshot()
    snapshot.phase = .memory
    snapshot.progress = Double(done) / Double(steps.upperBound)
    snapshot.detail = "step \(done)"
    snapshot.memoryHistory = history.points
    observer.receive(snapshot)
  }

  private func terms(_ step: MemoryStep, _ trainer: MemoryTrainer) -> [(String, Double)] {
    var terms = [("nats a dimension", Double(step.nats))]
    if configuration.predictsReward { terms.append(("reward", Double(step.reward))) }
    if configuration.predictsTermination { terms.append(("end", Double(step.termination))) }
    if trainer.skipped > 0 { terms.append(("skipped", Double(trainer.skipped))) }
    return terms
  }
}
