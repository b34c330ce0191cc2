import Controllers
import Datasets
import EnvironmentKit
import Experiments
import Randomness

/// Plays episodes that no stage has seen, with the policy that collects, into a data set.
struct FreshEpisodes {
  /// Episodes after which it is asked whether there are steps enough.
  private static let group = 8
  let entry: CatalogEntry
  let observation: ObservationKind
  let rootSeed: UInt64
  let holdMaximum: Int
  /// Steps after which no more episodes begin.
  var mostSteps = Self.mostSteps
  /// The usual most: M's state before every step can be held in memory.
  static let mostSteps = 30_000

  /// Plays one episode a seed, until there are steps enough.
  ///
  /// - Parameters:
  ///   - seeds: of the world, below 2³², as no stage that learns draws them.
  ///   - writer: where the episodes go, in the order of the seeds.
  ///   - eachStep: called after every step; may throw to stop.
  ///   - beat: called after every few episodes with their number; may throw to stop.
  func play(
    _ seeds: [UInt64], into writer: DatasetWriter, eachStep: @escaping () throws -> Void,
    beat: (Int) throws -> Void
  ) throws {
    let slots = RecordingBatch.slots(entry.specification(observation), atMost: Self.group)
    let policy = VariedRandomPolicy<UInt8>(holdMaximum: holdMaximum) {
      RandomStream(root: rootSeed, name: "model/episode/\($0.seed)")
    }
    let player = EpisodePlayer(entry.batch(observation, count: slots), policy: policy)
    for first in stride(from: 0, to: seeds.count, by: Self.group)
    where writer.appendedFrames - writer.appendedEpisodes < mostSteps {
      let part = seeds[first..<min(seeds.count, first + Self.group)]
      try player.play(part.map { EpisodeRequest(seed: $0) }, into: writer, eachStep: eachStep)
      try beat(first + part.count)
    }
    try writer.close()
  }
}
