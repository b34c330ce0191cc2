import Controllers
import Datasets
import EnvironmentKit

/// Collects frames into the run's data set: with a varied random policy, in later passes with the learner's.
struct CollectStage: Stage {
  static let name = "collect"

  /// Which pass.
  let pass: Int
  /// Who collects; nil for the varied random policy.
  let actor: LearnedAgent?

  /// Episodes played at a time: bounds the memory, never the result.
  private static let slots = 16

  /// Goes on from the last closed shard until there are enough frames.
  ///
  /// - Returns: the episodes of this pass and those before it, whatever else the folder holds.
  func run(in room: RunRoom) throws -> EpisodeDataset {
    let wanted = room.configuration.loop.frames(afterPass: pass)
    let specification = room.specification
    let writer = try DatasetWriter(
      at: room.folder.data,
      DatasetIndex(
        world: specification.id, observation: specification.observation,
        facts: specification.facts, framesPerShard: room.configuration.collect.shardFrames))
    if writer.frameCount < wanted { try collect(writer, wanted, room) }
    return try EpisodeDataset(at: room.folder.data).prefix(frames: wanted)
  }

  private func collect(_ writer: DatasetWriter, _ wanted: Int, _ room: RunRoom) throws {
    let progress = room.progress.phase(
      actor == nil ? "collect" : "collect with the policy", total: wanted, done: writer.frameCount,
      unit: "frames")
    let play = try player(room) { progress.beat() }
    var (episode, frames) = (writer.episodeCount, writer.frameCount)
    while frames < wanted {
      for record in try play(episode) where frames < wanted {
        try writer.append(record)
        episode += 1
        frames += record.steps + 1
      }
      progress.update(done: frames, terms: [("episodes", Double(episode))])
      room.show(
        phase: "collect", progress: Double(frames) / Double(wanted),
        detail: "\(frames) of \(wanted) frames") { _ in }
      try room.stopIfInterrupted()
    }
    try writer.close()
    progress.finish(done: frames)
  }

  /// What plays some episodes, from the one of a number on.
  private func player(
    _ room: RunRoom, _ beat: @escaping () -> Void
  ) throws -> (Int) throws -> [Episode] {
    let collect = room.configuration.collect
    let world = room.entry.batch(room.configuration.agent.observation, count: Self.slots)
    guard let actor else {
      let collector = EpisodeCollector(
        batch: world, rootSeed: room.rootSeed, holdMaximum: collect.holdMaximum)
      return { try collector.play(from: $0) }
    }
    let collector = try ControllerCollector(
      actor.environments, actor.policy, world: world, pass: pass, rootSeed: room.rootSeed, beat: beat)
    return { try collector.play(from: $0) }
  }
}
