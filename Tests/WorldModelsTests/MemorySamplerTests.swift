import Datasets
import EnvironmentKit
import Foundation
import Randomness
import TestSupport
import Testing
import WorldModels

private let frameBytes = 64 * 64 * 3
private let moves = ActionSpace.discrete(["stay", "left", "right"])

/// Episodes of 3, 1, 5 and 2 steps; the second is cut off, the others end by the world's rules.
private let lengths = [3, 1, 5, 2]

/// A data set whose frame `f` is one grey, and whose V therefore sees every frame differently.
private func makeDataset(in folder: URL) throws -> EpisodeDataset {
  let writer = try DatasetWriter(
    at: folder,
    DatasetIndex(
      world: "Grey", frameShape: [64, 64, 3], actions: moves, facts: [Fact("x")],
      framesPerShard: 6))
  var frame = 0
  for (number, steps) in lengths.enumerated() {
    let frames = (0...steps).flatMap { time in
      [UInt8](repeating: UInt8((frame + time) * 12), count: frameBytes)
    }
    frame += steps + 1
    try writer.append(
      Episode(
        seed: UInt64(number), frames: frames,
        actions: ActionSequence((0..<steps).map { Int32(($0 + number) % 3) }),
        rewards: (0..<steps).map { Float($0) + Float(number) / 10 }, terminated: number != 1,
        truncated: number == 1, facts: (0...steps).map { Float($0) }))
  }
  try writer.close()
  return try EpisodeDataset(at: folder)
}

private final class Setup {
  let folder: TemporaryFolder
  let dataset: EpisodeDataset
  let latents: LatentStore
  let configuration: MemoryConfiguration

  init(lanes: Int, length: Int, takesRestart: Bool = true) throws {
    folder = try TemporaryFolder()
    dataset = try makeDataset(in: folder.url.appendingPathComponent("data"))
    var sizes = VisionConfiguration()
    (sizes.width, sizes.latentSize) = (2, 4)
    var stream = RandomStream(root: 3, name: "vision/weights")
    let vision = FrozenVision(Vision(sizes, stream: &stream))
    latents = try LatentStore(
      vision, dataset, in: folder.url.appendingPathComponent("latents")
    ) { _ in }
    var configuration = MemoryConfiguration()
    (configuration.latentSize, configuration.actionSize) = (4, 3)
    (configuration.predictsReward, configuration.predictsTermination) = (true, true)
    configuration.takesRestart = takesRestart
    (configuration.batchSize, configuration.sequenceLength) = (lanes, length)
    self.configuration = configuration
  }

  func sampler(seed: UInt64 = 1) -> MemorySampler {
    MemorySampler(
      dataset, latents, episodes: dataset.episodes, configuration, actions: moves,
      encoding: .oneHot, rootSeed: seed)
  }
}

@Suite("Sequences for the memory") struct MemorySamplerTests {
  @Test("lanes go through all steps of all episodes once a round, and say where one begins")
  func lanes() throws {
    let setup = try Setup(lanes: 3, length: 4)
    let total = lengths.reduce(0, +)
    for lane in 0..<3 {
      var lanes = EpisodeLanes(setup.dataset.episodes, count: 3, rootSeed: 9)
      var steps: [LaneStep] = []
      lanes.next(lane: lane, length: 2 * total) { _, step in steps.append(step) }
      for round in [steps[..<total], steps[total...]] {
        #expect(round.map(\.step).sorted() == Array(0..<total))
      }
      for (before, step) in zip(steps, steps.dropFirst()) where !step.isFirst {
        #expect(step.step == before.step + 1 && step.frame == before.frame + 1)
      }
      let firsts = Set(setup.dataset.episodes.map(\.steps.lowerBound))
      #expect(steps.allSatisfy { $0.isFirst == firsts.contains($0.step) })
    }
  }

  @Test("lanes that are moved on stand where lanes that were read stand", arguments: 0...25)
  func skip(count: Int) throws {
    let setup = try Setup(lanes: 2, length: 1)
    var read = EpisodeLanes(setup.dataset.episodes, count: 2, rootSeed: 4)
    var moved = read
    for lane in 0..<2 { read.next(lane: lane, length: count) { _, _ in } }
    moved.skip(count)
    for lane in 0..<2 {
      var (a, b) = ([LaneStep](), [LaneStep]())
      read.next(lane: lane, length: 9) { a.append($1) }
      moved.next(lane: lane, length: 9) { b.append($1) }
      #expect(a == b)
    }
  }

  @Test("an input is a frame with the action taken upon it, and what follows is the frame after it")
  func alignment() throws {
    let setup = try Setup(lanes: 2, length: 40)
    let sampler = setup.sampler()
    defer { withExtendedLifetime(sampler) {} }
    let batch = sampler.batch(step: 0)
    var lanes = EpisodeLanes(setup.dataset.episodes, count: 2, rootSeed: 1)
    for lane in 0..<2 {
      lanes.next(lane: lane, length: 40) { time, step in
        let row = lane * 40 + time
        let input = Array(batch.inputs[row * 8..<(row + 1) * 8])
        let following = Array(batch.nextLatents[row * 4..<(row + 1) * 4])
        #expect(setup.isNear(input[..<4], frame: step.frame))
        #expect(setup.isNear(following[...], frame: step.frame + 1))
        var action: [Float] = [0, 0, 0]
        action[Int(setup.dataset.action(step.step).index ?? -1)] = 1
        #expect(Array(input[4..<7]) == action)
        #expect(input[7] == (step.isFirst ? 1 : 0) && batch.restarts?[row] == input[7])
        #expect(batch.rewards?[row] == setup.dataset.reward(step.step))
        let ended: Float = setup.dataset.terminated(step.step) ? 1 : 0
        #expect(batch.terminations?[row] == ended)
        if time > 0, !step.isFirst {
          let before = batch.nextLatents[(row - 1) * 4..<row * 4]
          #expect(Array(before) == Array(input[..<4]))
        }
      }
    }
    // The episode that was cut off has not ended: three others end in each round.
    #expect(batch.terminations?.contains(1) == true)
  }

  @Test("a cut-off episode is no end, and the one after it starts anew")
  func truncation() throws {
    let setup = try Setup(lanes: 1, length: 44)
    let sampler = setup.sampler()
    defer { withExtendedLifetime(sampler) {} }
    let batch = sampler.batch(step: 0)
    var lanes = EpisodeLanes(setup.dataset.episodes, count: 1, rootSeed: 1)
    var ends = 0
    lanes.next(lane: 0, length: 44) { time, step in
      if setup.dataset.truncated(step.step) {
        #expect(batch.terminations?[time] == 0)
        if time < 43 { #expect(batch.restarts?[time + 1] == 1) }
      }
      ends += batch.terminations?[time] == 1 ? 1 : 0
    }
    #expect(ends == 4 * 3)
  }

  @Test("every step draws its latents anew, and the same step the same ones")
  func noise() throws {
    let setup = try Setup(lanes: 2, length: 11)
    let (sampler, again) = (setup.sampler(), setup.sampler())
    let first = Array(sampler.batch(step: 0).nextLatents)
    #expect(Array(again.batch(step: 0).nextLatents) == first)
    let second = Array(sampler.batch(step: 1).nextLatents)
    let resumed = setup.sampler()
    resumed.skip(1)
    #expect(Array(resumed.batch(step: 1).nextLatents) == second)
    // 11 steps are one round: the same frames in another order, with other noise.
    #expect(Set(first).isDisjoint(with: second))
  }
}

extension Setup {
  /// Within five deviations: one draw in two million lies beyond.
  fileprivate func isNear(_ latent: ArraySlice<Float>, frame: Int) -> Bool {
    zip(latent, zip(latents.mean(frame), latents.logVariance(frame))).allSatisfy {
      abs($0 - $1.0) <= 5 * exp($1.1 / 2)
    }
  }
}
