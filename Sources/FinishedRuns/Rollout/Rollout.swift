import Controllers
import Datasets
import EnvironmentKit
import Experiments
import Files
import Foundation
import LongWork
import Settings

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
  private let framesPerShard: Int?

  /// The most episodes that are played at a time.
  private static let mostSlots = 16

  /// Describes a rollout.
  ///
  /// - Parameters:
  ///   - entry: the world.
  ///   - observation: how it is recorded, whatever the policy itself sees.
  ///   - seed: the first episode's seed.
  ///   - policy: who acts.
  ///   - framesPerShard: frames at which a shard of the data set closes; nil for as many as make 50 MB.
  /// - Throws: where the world has no such observation, or the run is one of another world, or of what
  ///   the world's file was before.
  public init(
    _ entry: CatalogEntry, observation: ObservationKind, seed: UInt64, policy: Policy,
    framesPerShard: Int? = nil
  ) throws {
    self.entry = entry
    self.observation = observation
    self.seed = seed
    self.policy = policy
    self.framesPerShard = framesPerShard
    try check()
  }

  private func check() throws {
    guard entry.observations.contains(where: { $0.isSameButForSize(as: observation) }) else {
      let names = entry.observations.map(\.rawValue)
      throw ExperimentError(
        .usage, place: "--observation \(observation.rawValue)",
        cause: "\(entry.id) has no such observation",
        remedy: "give one of: \(names.joined(separator: ", "))"
          + (entry.lacking.map { "; \($0)" } ?? ""))
    }
    if case .run(let run) = policy { try run.checkWorld(for: "playing its policy") }
    if case .run(let run) = policy, run.entry.id != entry.id {
      throw ExperimentError(
        .usage, place: "--policy \(run.folder.url.relativePath)",
        cause: "the run is one of \(run.entry.id), not of \(entry.id)",
        remedy: "give '\(run.entry.id)' as the world, or a run of \(entry.id)")
    }
    if case .run(let run) = policy, run.entry.text != entry.text {
      throw ExperimentError(
        .usage, place: entry.id, cause: "has changed since the run \(run.folder.url.relativePath)",
        remedy: "put the file back (the run's copy is \(run.folder.worldFile.relativePath)), "
          + "or make a run of the world as it is now")
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
    return try RolloutFolder(folder, description(), world: entry.text).hold {
      let writer = try DatasetWriter(at: folder, index)
      var (left, asked): (Int, Int?) = (0, nil)
      switch policy {
      case .actions(let script):
        left = try play(script, episodes: episodes ?? .max, to: writer, progress)
        asked = episodes
      case .random:
        let player = EpisodePlayer(
          entry.batch(observation, count: slots), policy: HeldRandomPolicy())
        try play(player, episodes: episodes ?? 1, to: writer, progress)
      case .run(let run): try play(trained(run), episodes: episodes ?? 1, to: writer, progress)
      }
      try writer.close()
      return RolloutReport(
        try EpisodeDataset(at: folder), folder: folder, actionsLeft: left, asked: asked)
    }
  }

  /// A run's controller, which sees worlds of its own through the run's V, whatever is recorded.
  private func trained(_ run: FinishedRun) throws -> EpisodePlayer<Float> {
    let recorder = RecordingBatch(entry.batch(observation, count: slots))
    let seen = TwinEnvironments(try run.latentEnvironments(count: slots), beside: recorder)
    return EpisodePlayer(recorder, seen: seen, zero: 0, policy: run.policy())
  }

  private func play(
    _ player: EpisodePlayer<some BitwiseCopyable & Sendable>, episodes: Int,
    to writer: DatasetWriter, _ progress: ProgressReporter
  ) throws {
    let before = writer.episodeCount
    let phase = progress.phase("rollout", total: episodes, done: before, unit: "episodes")
    // Requests are made a group at a time: there may be millions.
    while writer.appendedEpisodes < episodes {
      let first = writer.appendedEpisodes
      let numbers = first..<min(episodes, first + slots)
      try player.play(
        numbers.map { EpisodeRequest(seed: seed &+ UInt64($0)) }, into: writer,
        eachStep: {
          phase.beat()
          try stopIfInterrupted(writer)
        })
      phase.update(done: writer.appendedEpisodes, terms: [])
    }
    phase.finish(done: writer.appendedEpisodes)
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
      let record = try player.next(
        takePart: { if number >= before { try writer.append($0, isComplete: false) } },
        eachStep: {
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
    RecordingBatch.slots(entry.specification(observation), atMost: Self.mostSlots)
  }

  private var index: DatasetIndex {
    let specification = entry.specification(observation)
    return DatasetIndex(
      world: entry.id, observation: specification.observation, actions: entry.actions,
      facts: specification.facts, framesPerShard: framesPerShard)
  }

  /// What is rolled out: names, and checksums of what the names stand for.
  private func description() throws -> JSONValue {
    var note: JSONValue = [
      "schema": 2, "world": .string(entry.id), "observation": .string(observation.rawValue),
      "seed": .string(String(seed)), "policy": try actor(),
    ]
    if let text = entry.text { note["worldChecksum"] = .string(Checksum(of: text).text) }
    return note
  }

  private func actor() throws -> JSONValue {
    switch policy {
    case .random: ["kind": "random"]
    case .actions(let script):
      ["kind": "actions", "actions": .array(script.actions.map(Self.json))]
    case .run(let run):
      [
        "kind": "run", "folder": .string(run.folder.url.relativePath),
        "checksums": .object(try run.checksums()),
      ]
    }
  }

  private static func json(_ action: ActionValue) -> JSONValue {
    switch action {
    case .index(let index): .integer(Int(index))
    case .row(let components): .array(components.map { JSONValue($0) })
    }
  }

  private func stopIfInterrupted(_ writer: DatasetWriter) throws {
    guard Interruption.isRequested else { return }
    throw ExperimentError(
      .interrupted, place: "stopped",
      cause: "\(writer.episodeCount) episodes are saved in \(writer.folder.path)",
      remedy: "the same command goes on")
  }
}

extension FinishedRun {
  /// What the agent is made of, by the checkpoints' names.
  fileprivate func checksums() throws -> [JSONValue.Member] {
    try checkpointFiles.map { url in
      let sum = try RegularFile(url).checksum(from: 0, path: url.path)
      return JSONValue.Member(url.lastPathComponent, .string(sum.text))
    }
  }
}
