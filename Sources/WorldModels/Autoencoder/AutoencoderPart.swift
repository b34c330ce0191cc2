import Datasets
import Files
import Layers
import Randomness

/// V in training: batches of frames drawn from those to learn from, a stream per step.
final class AutoencoderPart: TrainingPart {
  static let format = "umwelt-vision-2"

  let name = "vision"
  let title = "train V"
  let schedule: TrainingSchedule
  let trainer: VisionTrainer
  private var frames: (source: any FrameSource, sampler: FrameSampler, steps: Range<Int>)?
  private var progress:
    ((_ title: String, _ done: Int, _ total: Int, _ unit: String) throws -> Void)?
  private var batch: [UInt8] = []
  private let seed: UInt64
  private var slowed = Slowdowns()
  /// What was fitted to the latents of the present weights.
  private(set) var prior: (any FittedPrior)?

  init(
    _ configuration: VisionConfiguration, schedule: TrainingSchedule, format: FrameFormat,
    seed: UInt64
  ) {
    (self.schedule, self.seed) = (schedule, seed)
    trainer = VisionTrainer(configuration, format: format, seed: seed)
  }

  var step: Int { trainer.step }
  var skipped: Int { trainer.skipped }
  var slowdowns: Int {
    get { slowed.count }
    set { slowed.count = newValue }
  }
  var layers: [(name: String, shape: [Int])] {
    trainer.model.parameters.map { ($0.name, $0.value.shape) }
  }

  func prepare(_ data: TrainingData, steps: Range<Int>, pass: Int) throws {
    trainer.ranks = data.ranks
    let sampler = FrameSampler(
      frames: data.frameSplit.training, rootSeed: data.rootSeed,
      batchSize: trainer.configuration.batchSize)
    (frames, progress) = ((data.frames, sampler, steps), data.progress)
    if trainer.configuration.movingWeight > 0, trainer.step == 0 {
      trainer.weigh(by: try MovingPixels(data.frames, frames: sampler.frames))
    }
    batch = [UInt8](repeating: 0, count: sampler.batchSize * data.frames.frameSize)
  }

  func train() throws -> [Metric] {
    guard let (source, sampler, steps) = frames else {
      preconditionFailure("train: prepare the part first")
    }
    let drawn = sampler.indices(step: trainer.step)
    try batch.withUnsafeMutableBufferPointer { try source.read(drawn, into: $0) }
    try checkCodes()
    trainer.learningRate =
      trainer.configuration.learningRate
      * Float(schedule.learningRateShare(at: trainer.step, of: steps)) * slowed.share
    prior = nil
    let done = batch.withUnsafeBufferPointer { trainer.step($0, count: sampler.batchSize) }
    return trainer.configuration.metrics(of: done, elements: source.frameFormat.count)
  }

  /// Cells of a world may hold codes that nobody has foreseen.
  private func checkCodes() throws {
    let format = trainer.model.format
    guard format.kind == .cells, let code = batch.max(), code >= format.classes else { return }
    throw FileError(
      place: "frames",
      cause: "hold the code \(code), there are \(format.classes) classes, from 0 on",
      remedy: "set data.classes=\(Int(code) + 1) or more")
  }

  /// The model as it is now, with the prior that was fitted to it.
  package var frozen: FrozenVision { FrozenVision(trainer.model, prior: prior) }

  func conclude() throws {
    let configuration = trainer.configuration.prior
    guard let (source, sampler, _) = frames, configuration.kind == .mixture else { return }
    prior = try frozen.fittedPrior(
      to: source, frames: sampler.frames, configuration, rootSeed: seed
    ) { [progress] done, total in
      try progress?("fit the prior", done, total, "rounds")
    }
  }

  var isConcluded: Bool { trainer.configuration.prior.kind != .mixture || prior != nil }

  func save() -> TensorFile {
    var file = trainer.state().file(format: Self.format)
    slowed.save(in: &file)
    prior?.save(in: &file)
    return file
  }

  func restore(_ file: TensorFile, place: String) throws {
    let state = try TrainerState(file, format: Self.format, place: place)
    let slowed = try Slowdowns(file)
    let fitted = try trainer.configuration.fittedPrior(file, place: place)
    try TrainerState.restoring(at: place) { () throws(TrainerStateError) in
      try trainer.restore(state)
    }
    (prior, self.slowed) = (fitted(trainer.model.form), slowed)
  }
}

extension VisionConfiguration {
  /// What curves tell of a step.
  ///
  /// - Parameter elements: numbers in a frame.
  package func metrics(of step: VisionStep, elements: Int) -> [Metric] {
    let squares = squaredError(
      reconstruction: step.reconstruction, elements: elements, sigma: step.sigma)
    return [
      Metric(
        "vision/reconstruction", squares ?? Double(step.reconstruction),
        title: squares == nil ? "reconstruction" : "squared error")
    ] + (latent.kind == .quantised ? [] : [Metric("vision/kl", Double(step.kl), title: "KL")]) + [
      Metric("vision/gradientNorm", Double(step.gradientNorm))
    ] + furtherMetrics(step)
  }

  /// The numbers of terms that World Models' objective does not have.
  private func furtherMetrics(_ step: VisionStep) -> [Metric] {
    var metrics = step.terms
      .filter { $0.name != "effectiveKL" || objective.freeBitsPer != .sample }
      .map { Metric("vision/\($0.name)", Double($0.value)) }
    if objective.divergence == .target || objective.warmUpEvery > 0 {
      metrics.append(Metric("vision/beta", Double(step.beta)))
    }
    for (name, value) in [
      ("sigma", step.sigma), ("effectiveSamples", step.effectiveSamples),
      ("perplexity", step.perplexity), ("usedCodes", step.usedCodes.map(Float.init)),
    ] {
      guard let value else { continue }
      metrics.append(
        Metric("vision/\(name)", Double(value), title: name == "perplexity" ? name : ""))
    }
    return metrics
  }
}
