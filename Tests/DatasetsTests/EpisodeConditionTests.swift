import Datasets
import EnvironmentKit
import Files
import Foundation
import TestSupport
import Testing

@Suite("What episodes and their moments are asked to be") struct EpisodeConditionTests {
  private let dataset: EpisodeDataset
  private let folder: TemporaryFolder

  /// Two episodes: rewards 1, 2, 3 with an end, and −1, 0.5 cut off; the fact is the step, absent at first.
  init() throws {
    folder = try TemporaryFolder()
    let index = DatasetIndex(
      world: "Tiny", frameShape: [1], actions: .discrete(["left", "right"]), facts: [Fact("x")])
    let writer = try DatasetWriter(at: folder.url, index)
    func episode(_ seed: UInt64, _ rewards: [Float], ends: Bool) -> Episode {
      Episode(
        seed: seed, frames: [UInt8](repeating: 0, count: rewards.count + 1),
        actions: ActionSequence(rewards.indices.map { Int32($0 % 2) }), rewards: rewards,
        terminated: ends, truncated: !ends, facts: [.nan] + rewards.indices.map { Float($0 + 1) })
    }
    try writer.append(episode(7, [1, 2, 3], ends: true))
    try writer.append(episode(8, [-1, 0.5], ends: false))
    try writer.close()
    dataset = try EpisodeDataset(at: folder.url)
  }

  @Test(
    "of whole episodes",
    arguments: [
      ("return>5", [0]), ("return>=6", [0]), ("return<6", [1]), ("return=-0.5", [1]),
      ("return!=6", [1]), ("steps<=2", [1]), ("seed=7", [0]), ("terminated", [0]),
      ("truncated", [1]), ("steps>9", []),
    ])
  func wholes(text: String, expected: [Int]) throws {
    let condition = try EpisodeCondition(text, in: dataset.index)
    #expect(!condition.isOfMoments)
    let found = dataset.episodes.indices.filter {
      condition.holds(of: dataset.episodes[$0], in: dataset)
    }
    #expect(found == expected)
  }

  @Test(
    "of moments; a fact that is absent fulfils nothing, and upon the last frame nothing is done",
    arguments: [
      ("reward>1", [1, 2]), ("action=left", [0, 2]), ("action!=left", [1]), ("x>=2", [2, 3]),
      ("x!=2", [1, 3]), ("x=0", []), ("x<9", [1, 2, 3]),
    ])
  func moments(text: String, expected: [Int]) throws {
    let condition = try EpisodeCondition(text, in: dataset.index)
    #expect(condition.isOfMoments)
    let span = dataset.episodes[0]
    #expect((0...3).filter { condition.holds(at: $0, of: span, in: dataset) } == expected)
  }

  @Test(
    "what cannot be read is told with what there is",
    arguments: [
      ("return", "nothing is compared"), (">5", "nothing is compared"), ("", "nothing is compared"),
      ("retrun>5", "did you mean"), ("return>", "no number"), ("return>much", "no number"),
      ("x=nan", "no number"), ("action=up", "there is no action 'up'"),
      ("action>left", "equal or not"), ("y=1", "there is nothing called 'y'"),
    ])
  func refused(text: String, said: String) {
    let error = #expect(throws: FileError.self) {
      try EpisodeCondition(text, in: dataset.index)
    }
    #expect(error?.description.contains(said) == true, "\(String(describing: error))")
  }
}
