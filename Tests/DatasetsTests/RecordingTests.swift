import Datasets
import EnvironmentKit
import Files
import Foundation
import Randomness
import TestSupport
import Testing

/// Counts its steps; the action is one number, which is also the reward.
private struct CountingWorld: World {
  struct Number: WorldAction {
    static var space: ActionSpace { .continuous([-2...2]) }
    let value: Float
    init?(index: Int32) { nil }
    init?(row: UnsafeBufferPointer<Float>) { value = row[0] }
  }
  typealias Action = Number
  var steps = 0
  var factor: Float = 1
  var frameSize = 6
  var maximumSteps = 5

  var specification: WorldSpecification {
    WorldSpecification(
      id: "Counting",
      observation: ObservationSpace([ObservationField("image", shape: [frameSize])]),
      maximumSteps: maximumSteps, rewardRange: -2...2, facts: [Fact("steps")], stepsPerSecond: 1)
  }
  mutating func reset(seed: UInt64?) { steps = 0 }
  mutating func step(_ action: Number) -> Step {
    steps += 1
    return Step(reward: action.value * factor, truncated: steps >= maximumSteps)
  }
  func observe(into writer: inout ObservationWriter) {
    for place in 0..<frameSize { writer.write(UInt8(truncatingIfNeeded: steps * 7 + place)) }
  }
  func facts(into values: UnsafeMutableBufferPointer<Float>) { values[0] = Float(steps) }
  func draw(into canvas: Canvas) {}
}

@Suite("Recorded episodes") struct RecordingTests {
  private func index(_ world: CountingWorld) -> DatasetIndex {
    DatasetIndex(
      world: "Counting", observation: world.specification.observation,
      actions: CountingWorld.Number.space, facts: world.specification.facts)
  }

  /// Plays one episode in every slot, with the actions 0, 0.5, 1 and so on.
  private func play(
    _ recorder: RecordingBatch, steps: Int, action: (Int) -> Float = { Float($0 % 5) / 2 }
  ) throws {
    let (buffers, actions) = (recorder.makeBuffers(), recorder.makeActions())
    let seeds = (0..<recorder.count).map { UInt64?(UInt64($0 + 7)) }
    try recorder.reset(seeds: seeds, mask: nil, into: buffers)
    for step in 0..<steps {
      for slot in 0..<recorder.count { actions.set([action(step)], of: slot) }
      try recorder.step(actions.buffer, active: nil, into: buffers)
    }
  }

  private func recorder(_ world: CountingWorld, _ slots: Int = 1) -> RecordingBatch {
    RecordingBatch(WorldBatch(world, count: slots, autoreset: .disabled))
  }

  @Test("rows are recorded, stored as float32 [steps, components], and read back")
  func rows() throws {
    let folder = try TemporaryFolder()
    let world = CountingWorld()
    let recorder = recorder(world, 3)
    try play(recorder, steps: 5)
    let episodes = recorder.take()
    #expect(episodes.map(\.seed) == [7, 8, 9] && recorder.take().isEmpty)
    let writer = try DatasetWriter(at: folder.url, index(world))
    for episode in episodes { try writer.append(episode) }
    #expect(writer.appendedEpisodes == 3 && writer.appendedFrames == 18)
    try writer.close()
    let dataset = try EpisodeDataset(at: folder.url)
    #expect(dataset.index.actions == .continuous([-2...2]))
    #expect((0..<5).map { dataset.action($0) } == [[0], [0.5], [1], [1.5], [2]])
    #expect((0..<5).map { dataset.reward($0) } == [0, 0.5, 1, 1.5, 2])
    #expect(dataset.truncated(4) && !dataset.truncated(3))
    var numbers: [Float] = [0]
    numbers.withUnsafeMutableBufferPointer { dataset.encodeAction(of: 3, as: .oneHot, into: $0) }
    #expect(numbers == [1.5])
    let stored = try NpyFile<Float>(at: folder.url.appending(path: "shard-0000-actions.npy"))
    #expect(stored.shape == [15, 1])
  }

  @Test("an episode that goes to disk in parts makes the same files as a whole one")
  func parts() throws {
    let folder = try TemporaryFolder()
    var world = CountingWorld()
    (world.frameSize, world.maximumSteps) = (100, 40)
    for name in ["whole", "parts"] {
      let recorder = recorder(world)
      let writer = try DatasetWriter(at: folder.url.appending(path: name), index(world))
      var count = 0
      if name == "parts" {
        recorder.partBytes = 1600
        recorder.takePart = {
          count += 1
          #expect((1300...1600).contains($0.frames.count))
          try writer.append($0, isComplete: false)
        }
      }
      try play(recorder, steps: 40)
      for episode in recorder.take() { try writer.append(episode) }
      try writer.close()
      #expect(count == (name == "parts" ? 2 : 0))
    }
    for name in try FileManager.default.contentsOfDirectory(
      atPath: folder.url.appending(path: "whole").path)
    {
      #expect(
        FileManager.default.contentsEqual(
          atPath: folder.url.appending(path: "whole/\(name)").path,
          andPath: folder.url.appending(path: "parts/\(name)").path), "\(name)")
    }
    let dataset = try EpisodeDataset(at: folder.url.appending(path: "parts"))
    #expect(dataset.episodes.map(\.steps.count) == [40] && dataset.truncated(39))
  }

  @Test("a data set that is closed inside an episode gives that shard up, and goes on")
  func closedInside() throws {
    let folder = try TemporaryFolder()
    let world = CountingWorld()
    let writer = try DatasetWriter(at: folder.url, index(world))
    let recorder = recorder(world)
    try play(recorder, steps: 3)
    let episodes = recorder.take()
    try writer.append(episodes[0], isComplete: false)
    #expect(writer.isInsideEpisode)
    try writer.close()
    #expect(writer.episodeCount == 0 && !writer.isInsideEpisode)
    for episode in episodes { try writer.append(episode) }
    try writer.close()
    let dataset = try EpisodeDataset(at: folder.url)
    #expect(dataset.episodes.map(\.steps.count) == episodes.map(\.steps))
  }

  @Test(
    "of an episode that is cut only the last steps are kept, with their own frames, facts and rewards"
  )
  func lastSteps() throws {
    var world = CountingWorld()
    world.maximumSteps = 40
    let base = WorldBatch(world, count: 12, autoreset: .disabled)
    let recorder = RecordingBatch(EpisodeWindow(base, steps: 3, delay: 20), lastSteps: 3)
    let (buffers, actions) = (recorder.makeBuffers(), recorder.makeActions())
    try recorder.reset(seeds: (0..<12).map { UInt64($0) }, mask: nil, into: buffers)
    var active = [Bool](repeating: true, count: 12)
    for step in 0..<23 {
      for slot in 0..<12 { actions.set([Float(step % 5) / 2], of: slot) }
      try active.withUnsafeBufferPointer {
        try recorder.step(actions.buffer, active: $0, into: buffers)
      }
      for slot in 0..<12 where active[slot] { active[slot] = !buffers.truncated[slot] }
    }
    #expect(!active.contains(true))
    let episodes = recorder.take()
    for episode in episodes {
      let first = Int(episode.facts[0])
      #expect(episode.facts == (first...first + 3).map(Float.init) && episode.steps == 3)
      #expect(
        episode.frames
          == (first...first + 3).flatMap { step in (0..<6).map { UInt8(step * 7 + $0) } })
      let rewards = (first..<first + 3).map { Float($0 % 5) / 2 }
      #expect(episode.rewards == rewards && episode.actions.rows == rewards)
      #expect(episode.truncated && !episode.terminated)
    }
    #expect(Set(episodes.map { $0.facts[0] }).count > 5)
  }

  @Test("an episode shorter than what is kept stays whole")
  func shortEpisodes() throws {
    let recorder = RecordingBatch(
      WorldBatch(CountingWorld(), count: 1, autoreset: .disabled), lastSteps: 9)
    try play(recorder, steps: 5)
    let episode = try #require(recorder.take().first)
    #expect(
      episode.facts == [0, 1, 2, 3, 4, 5] && episode.steps == 5 && episode.frames.count == 36)
  }

  @Test("so many worlds are recorded at a time as their longest episodes fit into memory")
  func slots() {
    var world = CountingWorld()
    #expect(RecordingBatch.slots(world.specification, atMost: 16) == 16)
    (world.frameSize, world.maximumSteps) = (64 * 64 * 3, 20_000)
    #expect(RecordingBatch.slots(world.specification, atMost: 16) == 1)
    world.maximumSteps = .max
    #expect(RecordingBatch.slots(world.specification, atMost: 16) == 1)
  }

  @Test("rewards beyond all sense and actions outside the space are refused where they enter")
  func senseless() throws {
    var world = CountingWorld()
    world.factor = 1e30
    let absurd = #expect(throws: EnvironmentError.self) { try play(recorder(world), steps: 3) }
    #expect(absurd?.cause == "the reward is 5e+29")
    world.factor = 1
    let outside = #expect(throws: EnvironmentError.self) {
      try play(recorder(world), steps: 3) { _ in 2.5 }
    }
    #expect(outside?.cause == "component 0 of the action is 2.5")
    #expect(outside?.remedy == "act within -2.0...2.0")
  }
}
