import Controllers
import Datasets
import EnvironmentKit

/// Plays episodes with any policy and keeps them: the one way in which episodes are recorded.
///
/// As many are played at a time as fit in memory; a long one goes to disk in parts. What is recorded
/// depends on neither.
package final class EpisodePlayer<Element: BitwiseCopyable & Sendable> {
  private let recorder: RecordingBatch
  private let runner: EpisodeRunner<Element>
  private let policy: any Policy<Element>

  /// Prepares to play.
  ///
  /// - Parameters:
  ///   - recorder: records the worlds.
  ///   - seen: the same worlds as the policy sees them: the recorder itself, or a batch made of it.
  ///   - zero: what observations hold at first.
  ///   - policy: who acts.
  package init(
    _ recorder: RecordingBatch, seen: any EnvironmentBatch<Element>, zero: Element,
    policy: any Policy<Element>
  ) {
    self.recorder = recorder
    self.policy = policy
    runner = EpisodeRunner(seen, zero: zero)
  }

  /// Plays episodes, at most as many as there are slots, and gives them whole, in order.
  package func record(
    _ episodes: [EpisodeRequest], eachStep: @escaping () throws -> Void = {}
  ) throws -> [Episode] {
    precondition(
      episodes.count <= recorder.count,
      "EpisodePlayer.record: \(episodes.count) episodes in \(recorder.count) slots")
    runner.onStep = { _ in try eachStep() }
    defer { runner.onStep = nil }
    _ = try runner.run(episodes, policy: policy)
    return recorder.take()
  }

  /// Plays episodes into a data set, in order.
  ///
  /// - Parameters:
  ///   - episodes: what to play.
  ///   - writer: where they go.
  ///   - goesOn: asked before each episode is kept; the first no ends the play.
  ///   - eachStep: called after every step; may throw to stop.
  package func play(
    _ episodes: [EpisodeRequest], into writer: DatasetWriter,
    while goesOn: () throws -> Bool = { true }, eachStep: @escaping () throws -> Void
  ) throws {
    // In a single slot the episode that is played is the next to be kept.
    if recorder.count == 1 { recorder.takePart = { try writer.append($0, isComplete: false) } }
    defer { recorder.takePart = nil }
    for first in stride(from: 0, to: episodes.count, by: recorder.count) {
      guard try goesOn() else { return }
      let group = episodes[first..<min(episodes.count, first + recorder.count)]
      for episode in try record(Array(group), eachStep: eachStep) {
        // The last part of an episode is kept whatever is wanted: its first parts are there.
        guard try writer.isInsideEpisode || goesOn() else { return }
        try writer.append(episode)
      }
    }
  }
}

extension EpisodePlayer where Element == UInt8 {
  /// Prepares to play worlds with a policy that sees them as they are recorded.
  package convenience init(_ world: any EnvironmentBatch<UInt8>, policy: any Policy<UInt8>) {
    let recorder = RecordingBatch(world)
    self.init(recorder, seen: recorder, zero: 0, policy: policy)
  }
}
