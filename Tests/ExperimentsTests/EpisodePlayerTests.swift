import Controllers
import Datasets
import EnvironmentKit
import Experiments
import Foundation
import TestSupport
import Testing

/// Lasts forty steps and shows which of them it is.
private struct LongWorld: World {
  enum Action: Int32, DiscreteAction { case wait }
  var steps = 0
  let specification = WorldSpecification(
    id: "Long", observation: ObservationSpace([ObservationField("image", shape: [100])]),
    maximumSteps: 40, rewardRange: 0...1, facts: [], stepsPerSecond: 1)

  mutating func reset(seed: UInt64?) { steps = 0 }
  mutating func step(_ action: Action) -> Step {
    steps += 1
    return Step(reward: 0, truncated: steps == 40)
  }
  func observe(into out: inout ObservationWriter) {
    for _ in 0..<100 { out.write(UInt8(steps)) }
  }
  func facts(into values: UnsafeMutableBufferPointer<Float>) {}
  func draw(into canvas: Canvas) {}
}

@Suite("Episodes played into a data set") struct EpisodePlayerTests {
  @Test("an episode whose first parts hold all frames that are wanted is kept to its end")
  func longEpisode() throws {
    let folder = try TemporaryFolder()
    let batch = WorldBatch(LongWorld(), count: 1, autoreset: .disabled)
    let recorder = RecordingBatch(batch)
    recorder.partBytes = 1_000
    let player = EpisodePlayer(
      recorder, seen: recorder, zero: 0,
      policy: VariedRandomPolicy<UInt8>(collectingFrom: 1, holdMaximum: 3))
    let writer = try DatasetWriter(
      at: folder.url,
      DatasetIndex(
        world: "Long", observation: batch.specification.observation, actions: batch.actionSpace,
        facts: [], framesPerShard: 8))
    try player.play(
      [EpisodeRequest(seed: 1), EpisodeRequest(seed: 2)], into: writer,
      while: { writer.appendedFrames < 16 }, eachStep: {})
    try writer.close()
    let dataset = try EpisodeDataset(at: folder.url)
    #expect(dataset.episodes.map(\.steps.count) == [40])
    #expect(dataset.truncated(39))
  }
}
