import Datasets
import EnvironmentKit
import WorldModels

/// A trained autoencoder with its learning curve.
struct TrainedVision {
  let model: Vision
  let frozen: FrozenVision
  let history: [VisionPoint]
  let skippedSteps: Int
}

/// Trains V on the collected frames.
struct VisionStage {
  private let context: RunContext
  private let dataset: EpisodeDataset
  private let split: DatasetSplit
  private let steps: Range<Int>

  init(_ context: RunContext, _ dataset: EpisodeDataset, _ pass: TrainingPass) {
    self.context = context
    steps = pass.visionSteps
    self.dataset = dataset
    split = DatasetSplit(dataset, heldOutEvery: context.configuration.collect.heldOutEvery)
  }

  /// Goes on from the last checkpoint until all steps are done.
  func run() throws -> TrainedVision {
    let configuration = context.configuration
    let trainer = VisionTrainer(configuration.vision, seed: context.rootSeed)
    let checkpoint = VisionCheckpoint(
      url: context.folder.visionFile, configuration: configuration.vision)
    var history = checkpoint.exists ? try checkpoint.restore(into: trainer) : VisionHistory()
    if trainer.step < steps.upperBound {
      try train(trainer, &history, checkpoint)
    }
    return TrainedVision(
      model: trainer.model, frozen: FrozenVision(trainer.model), history: history.points,
      skippedSteps: trainer.skipped)
  }

  private func train(
    _ trainer: VisionTrainer, _ history: inout VisionHistory, _ checkpoint: VisionCheckpoint
  ) throws {
    let training = context.configuration.visionTraining
    let sampler = FrameSampler(
      frames: split.trainingFrames, rootSeed: context.rootSeed,
      batchSize: context.configuration.vision.batchSize)
    let progress = context.progress.phase(
      "train V", total: steps.upperBound, done: trainer.step, unit: "steps")
    let notable = NotableFrames(dataset, split, context.entry)
    let metrics = try MetricsLog(context.folder.metricsFile)
    var batch = [UInt8](repeating: 0, count: sampler.batchSize * dataset.index.frameSize)
    let fall = CosineFall(steps: steps.count, finalShare: training.finalLearningRateShare)
    while trainer.step < steps.upperBound {
      fill(&batch, sampler.indices(step: trainer.step))
      trainer.learningRate =
        trainer.configuration.learningRate
        * Float(fall.share(at: trainer.step - steps.lowerBound))
      let step = batch.withUnsafeBufferPointer { trainer.step($0, count: sampler.batchSize) }
      let isLast = trainer.step == steps.upperBound
      if let point = history.add(step, reconstruction(step), closes: isLast) {
        try metrics.append(point, skipped: trainer.skipped)
      }
      progress.update(done: trainer.step, terms: terms(step, trainer))
      let isDue = trainer.step.isMultiple(of: training.checkpointEvery)
      if isDue || isLast || Interruption.isRequested {
        try checkpoint.save(trainer, history)
        try show(trainer, history, notable)
        try context.stopIfInterrupted()
      }
    }
    progress.finish(done: trainer.step)
  }

  /// Draws how far V is, for those who look while it trains.
  private func show(
    _ trainer: VisionTrainer, _ history: VisionHistory, _ notable: NotableFrames
  ) throws {
    let pictures = RunPictures(
      vision: FrozenVision(trainer.model), folder: context.folder, worldID: context.entry.id)
    let pairs = try pictures.reconstruction(notable.frames)
    guard let observer = context.observer, observer.wantsSnapshot else { return }
    var snapshot = RunSnapshot()
    snapshot.phase = .vision
    snapshot.progress = Double(trainer.step) / Double(steps.upperBound)
    snapshot.detail = "step \(trainer.step)"
    snapshot.pairs = pairs
    snapshot.visionHistory = history.points
    observer.receive(snapshot)
  }

  private func fill(_ batch: inout [UInt8], _ frames: [Int]) {
    let size = dataset.index.frameSize
    batch.withUnsafeMutableBufferPointer { bytes in
      for (place, frame) in frames.enumerated() {
        _ = UnsafeMutableBufferPointer(rebasing: bytes[place * size..<(place + 1) * size])
          .update(fromContentsOf: dataset.frame(frame))
      }
    }
  }

  /// The squared error a frame where the loss tells it, else the loss.
  private func reconstruction(_ step: VisionStep) -> Double {
    context.configuration.vision.squaredError(
      reconstruction: step.reconstruction, elements: dataset.index.frameSize)
      ?? Double(step.reconstruction)
  }

  private func terms(_ step: VisionStep, _ trainer: VisionTrainer) -> [(String, Double)] {
    let likelihood = trainer.configuration.likelihood
    var terms = [
      (likelihood == .bernoulli ? "reconstruction" : "squared error", reconstruction(step)),
      ("KL", Double(step.kl)),
    ]
    if trainer.skipped > 0 { terms.append(("skipped", Double(trainer.skipped))) }
    return terms
  }
}
