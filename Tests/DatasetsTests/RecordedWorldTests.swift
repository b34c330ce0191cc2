import Datasets
import EnvironmentKit
import Files
import Foundation
import Randomness
import TestSupport
import Testing

@Suite("Recorded episodes as a world") struct RecordedWorldTests {
  /// Episodes of random shapes, lengths and kinds of actions.
  private func make(_ trial: Int, in folder: URL) throws -> EpisodeDataset {
    var stream = RandomStream(root: UInt64(trial), name: "recorded")
    let shape = trial % 3 == 0 ? [stream.integers(in: 1..<40)] : [16, 20, trial % 3 == 1 ? 3 : 1]
    let isRows = trial % 2 == 0
    let index = DatasetIndex(
      world: "Elsewhere", frameShape: shape,
      actions: isRows ? .continuous([-1...1, 0...2]) : .discrete(["left", "jump", "right"]),
      facts: trial % 4 < 2 ? [] : [Fact("x")], framesPerShard: stream.integers(in: 1..<30))
    let writer = try DatasetWriter(at: folder, index)
    for number in 0..<stream.integers(in: 1..<7) {
      let steps = stream.integers(in: 0..<9)
      try writer.append(
        Episode(
          seed: UInt64.max - UInt64(number),
          frames: (0..<(steps + 1) * index.frameSize).map { _ in
            UInt8(truncatingIfNeeded: stream.nextUInt64())
          },
          actions: isRows
            ? ActionSequence(rows: (0..<steps * 2).map { Float($0 % 2) }, width: 2)
            : ActionSequence((0..<steps).map { Int32($0 % 3) }),
          rewards: (0..<steps).map { Float($0 * number) }, terminated: number % 2 == 0,
          truncated: number % 2 == 1,
          facts: index.facts.isEmpty ? [] : (0...steps).map(Float.init)))
    }
    try writer.close()
    return try EpisodeDataset(at: folder)
  }

  @Test("each shows what was recorded, whatever is done", arguments: 0..<12) func shown(trial: Int)
    throws
  {
    let folder = try TemporaryFolder()
    let dataset = try make(trial, in: folder.url)
    let entry = CatalogEntry(recorded: dataset, id: "mine")
    #expect(!entry.canBePlayed && entry.actions == dataset.index.actions)
    #expect(entry.defaultObservation == (dataset.frameShape.count == 3 ? .pixels64 : .symbols))
    let batch = entry.batch(entry.defaultObservation, count: 2)
    let buffers = batch.makeBuffers()
    let actions = batch.makeActions()
    for (number, span) in dataset.episodes.enumerated() {
      // Seeds go on counting from the first after the last.
      let seeds = [UInt64(number), UInt64(number + 3 * dataset.episodes.count)]
      try batch.reset(seeds: seeds, mask: nil, into: buffers)
      for step in 0...span.steps.count {
        let expected = Array(dataset.frame(span.frames.lowerBound + step))
        for slot in 0..<2 { #expect(Array(buffers.observation(slot)) == expected) }
        guard step < span.steps.count else { break }
        try batch.step(actions.buffer, active: nil, into: buffers)
        #expect(buffers.rewards[0] == dataset.reward(span.steps.lowerBound + step))
        let isLast = step + 1 == span.steps.count
        #expect(buffers.terminated[1] == (isLast && number % 2 == 0))
        #expect(buffers.truncated[1] == (isLast && number % 2 == 1))
      }
      var frame = Frame(width: 31, height: 9)
      batch.draw(0, into: &frame)
    }
    #expect(
      batch.specification.maximumSteps == max(1, dataset.episodes.map(\.steps.count).max() ?? 1))
  }

  @Test("copies of episodes are what was put in", arguments: 0..<6) func copies(trial: Int) throws {
    let folder = try TemporaryFolder()
    let dataset = try make(trial, in: folder.url.appending(path: "a"))
    let writer = try DatasetWriter(
      at: folder.url.appending(path: "b"),
      {
        var index = dataset.index; index.shards = []; return index
      }())
    for number in dataset.episodes.indices { try writer.append(dataset.copy(ofEpisode: number)) }
    try writer.close()
    #expect(writer.index.text == dataset.index.text)
  }

  @Test("another action, reward or name is another text") func text() throws {
    let folder = try TemporaryFolder()
    let texts = try (0..<4).map {
      try make($0, in: folder.url.appending(path: "\($0)")).index.text
    }
    #expect(Set(texts).count == 4)
  }
}
