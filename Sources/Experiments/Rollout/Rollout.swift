import Datasets
import EnvironmentKit
import Files
import Foundation

/// Plays episodes of a world and keeps them as a data set.
///
/// Episodes of a policy stand alone: the one of number `e` starts from the seed `seed + e`. Those of
/// given actions follow one another as in Gymnasium: the first is reset with `seed`, the others go on
/// with the world's random stream.
public struct Rollout {
  /// Who acts.
  public enum Policy {
    /// Uniform actions, each held for 1 to 10 steps: the `random` baseline.
    case random
    /// The actions of a file, one after the other.
    case actions(ActionScript)
    /// The trained controller of a run.
    case run(FinishedRun)
  }

  private let entry: CatalogEntry
  private let observation: ObservationKind
  private let seed: UInt64
  private let policy: Policy
  private let framesPerShard: Int

  /// Bytes of episodes that are kept in memory at a time, and the most that are played at a time.
  private static let mostBytes = 1 << 28
  private static let mostSlots = 16

  /// Describes a rollout.
  ///
  /// - Parameters:
  ///   - entry: the world.
  ///   - observation: how it is recorded, whatever the policy itself sees.
  ///   - seed: the first episode's seed.
  ///   - policy: who acts.
  ///   - framesPerShard: frames at which a shard of the data set closes.
  /// - Throws: where the world has no such observation or no choice of actions, or the run is one of
  ///   another world.
  public init(
    _ entry: CatalogEntry, observation: ObservationKind, seed: UInt64, policy: Policy,
    framesPerShard: Int = 4096
  ) throws {
    self.entry = entry
    self.observation = observation
    self.seed = seed
    self.policy = policy
    self.framesPerShard = framesPerShard
    try check()
  }

  private func check() throws {
    guard case .discrete = entry.actions else {
      throw ExperimentError(
        .usage, place: "world '\(entry.id)'", cause: "its actions are numbers, not choices",
        remedy: "give a world of named actions ('umwelt envs')")
    }
    guard entry.observations.contains(where: { $0.isSameButForSize(as: observation) }) else {
      let names = entry.observations.map(\.rawValue)
      throw ExperimentError(
        .usage, place: "--observation \(observation.rawValue)",
        cause: "\(entry.id) has no such observation",
        remedy: "give one of: \(names.joined(separator: ", "))")
    }
    if case .run(let run) = policy, run.entry.id != entry.id {
      throw ExperimentError(
        .usage, place: "--policy \(run.folder.url.relativePath)",
        cause: "the run is one of \(run.entry.id), not of \(entry.id)",
        remedy: "give '\(run.entry.id)' as the world, or a run of \(entry.id)")
    }
  }

  /// Plays the episodes that the folder lacks.
  ///
  /// - Parameters:
  ///   - episodes: how many there shall be, 1 or more; nil means one, or as many as given actions
  ///     fill, whose end may also come before so many are played.
  ///   - folder: where the data set is written, or goes on where the same rollout was stopped.
  ///   - progress: where progress is told.
  /// - Returns: what the folder holds then.
  /// - Throws: where the folder holds anything else or cannot be written, or on Ctrl-C; closed
  ///   shards are kept.
  public func run(
    episodes: Int? = nil, into folder: URL, progress: ProgressReporter
  ) throws -> RolloutReport {
    precondition(episodes ?? 1 >= 1, "Rollout.run: \(episodes ?? 0) episodes; give 1 or more")
    try RolloutFolder(folder, description).prepare()
    let writer = try DatasetWriter(at: folder, index)
    var left = 0
    switch policy {
    case .actions(let script):
      left = try play(script, episodes: episodes ?? .max, to: writer, progress)
    case .random:
      let actor = RandomActor(actionCount: entry.actions.count)
      try play(actor, episodes: episodes ?? 1, to: writer, progress)
    case .run(let run):
      let actor = try TrainedActor(run, slots: slots)
      try play(actor, episodes: episodes ?? 1, to: writer, progress)
    }
    try writer.close()
    return RolloutReport(try EpisodeDataset(at: folder), folder: folder, actionsLeft: left)
  }

  private func play(
    _ actor: some RolloutActor, episodes: Int, to writer: DatasetWriter,
    _ progress: ProgressReporter
  ) throws {
    let phase = progress.phase(
      "rollout", total: episodes, done: writer.episodeCount, unit: "episodes")
    let recorder = RolloutRecorder(entry.batch(observation, count: slots))
    var played = writer.episodeCount
    while played < episodes {
      let numbers = played..<min(episodes, played + slots)
      let records = try recorder.play(numbers.map { seed &+ UInt64($0) }, actor) {
        phase.beat()
        try stopIfInterrupted(writer)
      }
      for record in records { try writer.append(record) }
      played += records.count
      phase.update(done: played, terms: [])
    }
    phase.finish(done: played)
  }

  /// Plays the actions of a file; what is on disk already is played again, but not written.
  ///
  /// - Returns: the actions that were not taken.
  private func play(
    _ script: ActionScript, episodes: Int, to writer: DatasetWriter, _ progress: ProgressReporter
  ) throws -> Int {
    let phase = progress.phase(
      "rollout", total: script.actions.count, done: 0, unit: "actions")
    let before = writer.episodeCount
    let player = ScriptPlayer(entry.batch(observation, count: 1), script, seed: seed)
    var number = 0
    while number < episodes,
      let record = try player.next({
        phase.beat()
        try stopIfInterrupted(writer)
      })
    {
      if number >= before { try writer.append(record) }
      number += 1
      phase.update(done: script.actions.count - player.actionsLeft, terms: [])
    }
    phase.finish(done: script.actions.count - player.actionsLeft)
    return player.actionsLeft
  }

  private var slots: Int {
    let specification = entry.specification(observation)
    let (size, overflow) = specification.observation.count.multipliedReportingOverflow(
      by: specification.maximumSteps + 1)
    return overflow ? 1 : max(1, min(Self.mostSlots, Self.mostBytes / max(1, size)))
  }

  private var index: DatasetIndex {
    let specification = entry.specification(observation)
    return DatasetIndex(
      world: entry.id, observation: specification.observation, facts: specification.facts,
      framesPerShard: framesPerShard)
  }

  private var description: JSONValue {
    let actor: JSONValue =
      switch policy {
      case .random: ["kind": "random"]
      case .actions(let script):
        ["kind": "actions", "actions": .array(script.actions.map { .integer(Int($0)) })]
      case .run(let run): ["kind": "run", "folder": .string(run.folder.url.relativePath)]
      }
    return [
      "schema": 1, "world": .string(entry.id), "observation": .string(observation.rawValue),
      "seed": .string(String(seed)), "policy": actor,
    ]
  }

  private func stopIfInterrupted(_ writer: DatasetWriter) throws {
    guard Interruption.isRequested else { return }
    throw ExperimentError(
      .interrupted, place: "stopped",
      cause: "\(writer.episodeCount) episodes are saved in \(writer.folder.path)",
      remedy: "the same command goes on")
  }
}
