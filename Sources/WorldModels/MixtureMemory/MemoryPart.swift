import Datasets
import EnvironmentKit
import Files
import Layers

/// M in training: lanes of whole episodes, in the latents that V makes of them.
final class MemoryPart: TrainingPart {
  static let format = "umwelt-memory-2"

  let name = "memory"
  let title = "train M"
  let settingsPlace = "model.memory"
  let schedule: TrainingSchedule
  let trainer: MemoryTrainer
  private let vision: AutoencoderPart
  private let encoding: ActionEncoding
  private var lanes: MemoryState
  private var slowed = Slowdowns()
  /// What the rewards that M learns are divided by.
  private var rewardScale: Float = 1
  private var sampler: (draws: MemorySampler, steps: Range<Int>)?

  init(
    _ configuration: MemoryConfiguration, schedule: TrainingSchedule, encoding: ActionEncoding,
    after vision: AutoencoderPart, seed: UInt64
  ) {
    (self.schedule, self.encoding, self.vision) = (schedule, encoding, vision)
    trainer = MemoryTrainer(configuration, seed: seed)
    lanes = MemoryState(
      count: configuration.batchSize, hiddenSize: configuration.hiddenSize)
  }

  private var configuration: MemoryConfiguration { trainer.configuration }
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
    let (dataset, split) = try data.episodes()
    let latents = try latents(of: dataset, data, for: steps)
    if trainer.step == steps.lowerBound {
      // The lanes of a pass begin anew: they go through episodes that were not there before.
      lanes = MemoryState(count: configuration.batchSize, hiddenSize: configuration.hiddenSize)
      fitRewardScale(to: split.training, of: dataset)
    }
    let draws = MemorySampler(
      dataset, latents, episodes: split.training, configuration, actions: data.actions,
      encoding: encoding, rootSeed: data.rootSeed, pass: pass, rewardScale: rewardScale)
    draws.skip(trainer.step - steps.lowerBound)
    sampler = (draws, steps)
  }

  /// Lets the scale grow with the rewards that a pass has found; what was learned of them stays.
  private func fitRewardScale(to episodes: [EpisodeSpan], of dataset: EpisodeDataset) {
    guard configuration.predictsReward else { return }
    let found = RewardScale.fitted(to: episodes, of: dataset)
    guard found > rewardScale else { return }
    if trainer.step > 0 { trainer.multiplyReward(by: rewardScale / found) }
    rewardScale = found
  }

  /// The model as it is now, what it says of rewards in the world's unit.
  var model: Memory {
    var model = trainer.model
    if rewardScale != 1 { model.multiplyReward(by: rewardScale) }
    return model
  }

  /// What V makes of all frames, or of those that few steps look at.
  private func latents(
    of dataset: EpisodeDataset, _ data: TrainingData, for steps: Range<Int>
  ) throws -> LatentStore {
    let (frozen, total) = (FrozenVision(vision.trainer.model), dataset.frameCount)
    let (drawn, overflow) = steps.count.multipliedReportingOverflow(
      by: configuration.batchSize * (configuration.sequenceLength + 1))
    guard overflow || drawn >= total / 4 else {
      return LatentStore(asNeeded: frozen, dataset)
    }
    return try LatentStore(frozen, dataset, in: data.folder) {
      try data.progress("encode", $0, total, "frames")
    }
  }

  func train() throws -> [Metric] {
    guard let (draws, steps) = sampler else {
      preconditionFailure("train: prepare the part first")
    }
    trainer.learningRate =
      configuration.learningRate
      * Float(schedule.learningRateShare(at: trainer.step, of: steps)) * slowed.share
    let step = withExtendedLifetime(draws) {
      trainer.step(draws.batch(step: trainer.step), carrying: &lanes)
    }
    return [
      Metric("memory/nats", Double(step.nats), title: "nats per latent number"),
      Metric(
        "memory/reward", Double(step.reward) * Double(rewardScale) * Double(rewardScale),
        title: configuration.predictsReward ? "reward" : ""),
      Metric(
        "memory/termination", Double(step.termination),
        title: configuration.predictsTermination ? "end" : ""),
      Metric("memory/gradientNorm", Double(step.gradientNorm)),
    ]
  }

  private var laneShape: [Int] { [configuration.batchSize, configuration.hiddenSize] }

  func save() -> TensorFile {
    var file = trainer.state().file(format: Self.format)
    slowed.save(in: &file)
    file.entries["lanes/hidden"] = TensorEntry(lanes.hidden, shape: laneShape)
    file.entries["lanes/cell"] = TensorEntry(lanes.cell, shape: laneShape)
    if rewardScale != 1 { file.entries[Self.scaleName] = TensorEntry([rewardScale], shape: [1]) }
    return file
  }

  private static let scaleName = "scale/reward"

  func restore(_ file: TensorFile, place: String) throws {
    let state = try TrainerState(file, format: Self.format, place: place)
    let slowed = try Slowdowns(file)
    var lanes = lanes
    lanes.hidden = try file.values("lanes/hidden", as: Float.self, shape: laneShape)
    lanes.cell = try file.values("lanes/cell", as: Float.self, shape: laneShape)
    var scale: Float = 1
    if file.entries[Self.scaleName] != nil {
      scale = try file.values(Self.scaleName, as: Float.self, shape: [1], finite: true)[0]
      guard scale > 0 else {
        throw FileError(
          place: place, cause: "\(Self.scaleName) holds \(scale) where a number above 0 is needed",
          remedy: "restore the file, or start a new run")
      }
    }
    try TrainerState.restoring(at: place) { () throws(TrainerStateError) in
      try trainer.restore(state)
    }
    (self.lanes, rewardScale, self.slowed) = (lanes, scale, slowed)
  }
}
