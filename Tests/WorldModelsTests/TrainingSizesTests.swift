import Datasets
import EnvironmentKit
import Files
import Randomness
import TestSupport
import Testing
import WorldModels

private let moves = ActionSpace.discrete(["left", "right"])
private let room = ModelRoom(frameShape: [64, 64, 3], actions: moves, rootSeed: 3)

/// Two episodes of grey frames, whose rewards are ± `size`.
private func dataset(_ folder: TemporaryFolder, _ name: String, rewards size: Float) throws
  -> EpisodeDataset
{
  let writer = try DatasetWriter(
    at: folder.url.appending(path: name),
    DatasetIndex(
      world: "Grey", frameShape: [64, 64, 3], actions: moves, facts: [], framesPerShard: 100))
  for number in 0..<3 {
    let frames = (0..<9).flatMap { [UInt8](repeating: UInt8(20 * $0 + number), count: 64 * 64 * 3) }
    try writer.append(
      Episode(
        seed: UInt64(number), frames: frames,
        actions: ActionSequence((0..<8).map { Int32($0 % 2) }),
        rewards: (0..<8).map { $0 % 3 == 0 ? size : -size }, terminated: true, truncated: false,
        facts: []))
  }
  try writer.close()
  return try EpisodeDataset(at: writer.folder)
}

private func settings() -> MixtureMemorySettings {
  var settings = MixtureMemorySettings()
  (settings.autoencoder.vision.width, settings.autoencoder.vision.latentSize) = (2, 4)
  settings.memory.network.hiddenSize = 8
  (settings.memory.network.batchSize, settings.memory.network.sequenceLength) = (4, 8)
  return settings
}

/// A trainer whose memory took some steps.
private func trained(
  _ data: EpisodeDataset, _ folder: TemporaryFolder, pass: Int = 1,
  going trainer: (any WorldModelTrainer)? = nil
) throws -> any WorldModelTrainer {
  let trainer = try trainer ?? settings().makeTrainer(in: room)
  let memory = trainer.parts[1]
  let steps = memory.step..<memory.step + 6
  try memory.prepare(
    TrainingData(
      data, split: DatasetSplit(data, heldOutEvery: 8), actions: moves,
      folder: folder.url.appending(path: "latents"), rootSeed: 3), steps: steps, pass: pass)
  for _ in steps { _ = try memory.train() }
  return trainer
}

/// The reward that the memory foretells after one step.
private func foretold(_ trainer: any WorldModelTrainer) throws -> Float {
  let model = try #require(try trainer.freeze() as? MixtureMemoryModel)
  let state = model.memory.makeState(slots: 1)
  model.memory.advance([0.5, -1, 0.2, 1], [1, 0], state, [true])
  let row = model.memory.outputs(of: [0], state)
  return row[model.memory.configuration.layout.columns]
}

@Suite("Large rewards, and what training takes") struct TrainingSizesTests {
  @Test("rewards of 10,000 leave the latents' training as rewards of 1 do, and come back in dreams")
  func largeRewards() throws {
    let folder = try TemporaryFolder()
    let small = try trained(try dataset(folder, "small", rewards: 1), folder)
    let large = try trained(try dataset(folder, "large", rewards: 10_000), folder)
    let (one, other) = (small.parts[1].save(), large.parts[1].save())
    #expect(one.entries["scale/reward"] == nil)
    #expect(try other.values("scale/reward", as: Float.self) == [10_000])
    for name in one.names where name.hasPrefix("model.") || name.hasPrefix("adam.") {
      #expect(one.entries[name] == other.entries[name], "\(name)")
    }
    let (mild, strong) = (try foretold(small), try foretold(large))
    #expect(abs(strong - 10_000 * mild) <= 1e-3 * abs(strong))

    let resumed = try settings().makeTrainer(in: room)
    try resumed.parts[1].restore(other, place: "memory")
    #expect(try foretold(resumed) == strong)
    var damaged = other
    damaged.entries["scale/reward"] = TensorEntry([Float(0)], shape: [1])
    #expect(throws: FileError.self) {
      try resumed.parts[1].restore(damaged, place: "memory")
    }
  }

  @Test("rewards that grow from pass to pass keep what was learned of the smaller ones")
  func growingRewards() throws {
    let folder = try TemporaryFolder()
    let trainer = try trained(try dataset(folder, "small", rewards: 1), folder)
    let before = try foretold(trainer)
    let memory = trainer.parts[1]
    let data = try dataset(folder, "large", rewards: 10_000)
    try memory.prepare(
      TrainingData(
        data, split: DatasetSplit(data, heldOutEvery: 8), actions: moves,
        folder: folder.url.appending(path: "latents"), rootSeed: 3),
      steps: memory.step..<memory.step + 1, pass: 2)
    #expect(try memory.save().values("scale/reward", as: Float.self) == [10_000])
    #expect(abs(try foretold(trainer) - before) <= 1e-5 * abs(before))
  }

  @Test("the scale is 1 up to rewards of 20, and never below")
  func usualRewards() throws {
    let folder = try TemporaryFolder()
    for (size, scale) in [(Float(0.1), Float(1)), (20, 1), (21, 21)] {
      let data = try dataset(folder, "\(size)", rewards: size)
      #expect(abs(RewardScale.fitted(to: data.episodes, of: data) - scale) < 1e-4)
    }
  }

  @Test("what a network takes is estimated from the number of parameters that it really has")
  func parameters() throws {
    var settings = settings()
    settings.autoencoder.vision.width = 32
    (settings.autoencoder.vision.batchSize, settings.autoencoder.vision.microbatches) = (1, 1)
    settings.memory.network.hiddenSize = 256
    (settings.memory.network.batchSize, settings.memory.network.sequenceLength) = (1, 1)
    let needs = settings.memoryNeeds(in: room)
    let counts = try settings.makeTrainer(in: room).parts.map { part in
      Double(part.layers.reduce(0) { $0 + $1.shape.reduce(1, *) })
    }
    #expect(needs.map(\.key) == ["width", "memory.hiddenSize"])
    // Weights, moments, gradients, packed and frozen copies, and next to nothing for one example.
    #expect((1...1.05).contains(needs[0].bytes / (4 * 7 * counts[0])))
    #expect((1...1.05).contains(needs[1].bytes / (4 * 12 * counts[1])))
  }
}
