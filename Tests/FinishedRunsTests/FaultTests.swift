import Controllers
import Datasets
import EnvironmentKit
import Environments
import Evaluation
import Experiments
import Foundation
import Randomness
import TestSupport
import Testing

@Suite("What is made to go wrong in episodes")
struct FaultTests {
  private let folder: TemporaryFolder
  private let dataset: EpisodeDataset
  private let entry: CatalogEntry

  /// Three episodes of random play.
  init() throws {
    folder = try TemporaryFolder()
    entry = try #require(Catalog.entry("TakeCover"))
    let specification = entry.specification(.pixels64)
    let writer = try DatasetWriter(
      at: folder.url.appending(path: "data"),
      DatasetIndex(
        world: entry.id, observation: specification.observation, actions: entry.actions,
        facts: specification.facts))
    let policy = VariedRandomPolicy<UInt8>(holdMaximum: 4) { RandomStream(seed: $0.seed) }
    try EpisodePlayer(entry.batch(.pixels64, count: 3), policy: policy).play(
      (1...3).map { EpisodeRequest(seed: $0) }, into: writer, eachStep: {})
    try writer.close()
    dataset = try EpisodeDataset(at: folder.url.appending(path: "data"))
  }

  private func maker() -> FaultMaker {
    FaultMaker(dataset, world: entry.batch(.pixels64, count: 1))
  }

  private func make(_ fault: Fault, _ number: UInt64) throws -> FaultMaker.Made? {
    var stream = RandomStream(seed: number)
    return try maker().make(fault, in: dataset.episodes[Int(number) % 3], using: &stream)
  }

  @Test(
    "changes a frame of the episode, never the first, and the same one again",
    arguments: Fault.allCases)
  func changes(_ fault: Fault) throws {
    for number in UInt64(0)..<6 {
      let made = try #require(try make(fault, number))
      let frames = dataset.episodes[Int(number) % 3].frames
      #expect(frames.contains(made.frame) && made.frame > frames.lowerBound)
      #expect(made.bytes.count == 64 * 64 * 3 && made.bytes != Array(dataset.frame(made.frame)))
      let again = try #require(try make(fault, number))
      #expect(again.frame == made.frame && again.bytes == made.bytes)
    }
  }

  @Test("a frozen frame is the one before, a teleport another of the episode")
  func otherFrames() throws {
    for number in UInt64(0)..<6 {
      let frozen = try #require(try make(.freeze, number))
      #expect(frozen.bytes == Array(dataset.frame(frozen.frame - 1)))
      let jump = try #require(try make(.teleport, number))
      let span = dataset.episodes[Int(number) % 3]
      let same = span.frames.filter { Array(dataset.frame($0)) == jump.bytes }
      #expect(same.contains { abs($0 - jump.frame) >= 5 })
    }
  }

  @Test("an ignored action is the world's own next frame after another one")
  func ignored() throws {
    for number in UInt64(0)..<4 {
      let made = try #require(try make(.ignored, number))
      let span = dataset.episodes[Int(number) % 3]
      let step = made.frame - span.frames.lowerBound - 1
      let frames = try (Int32(0)..<3).map { try frame(after: $0, at: step, in: span) }
      let done = try #require(dataset.action(span.steps.lowerBound + step).index)
      // The world that is played again is the one that was recorded.
      #expect(frames[Int(done)] == Array(dataset.frame(made.frame)))
      let others = frames.indices.filter { $0 != Int(done) }
      #expect(others.contains { frames[$0] == made.bytes })
    }
  }

  private func frame(after action: Int32, at step: Int, in span: EpisodeSpan) throws -> [UInt8] {
    let world = entry.batch(.pixels64, count: 1)
    let buffers = world.makeBuffers()
    try world.reset(seeds: [span.seed], mask: nil, into: buffers)
    for before in span.steps.prefix(step) {
      try world.step([dataset.action(before).index ?? 0], active: [true], into: buffers)
    }
    try world.step([action], active: [true], into: buffers)
    return Array(buffers.observation(0))
  }
}
