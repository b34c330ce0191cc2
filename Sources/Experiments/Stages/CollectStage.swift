import Controllers
import Datasets
import EnvironmentKit
import Randomness
import Settings

/// Collects frames into the run's data set: with a varied random policy, in later passes with the learner's.
///
/// Where episodes were given, these are what there is.
struct CollectStage: Stage {
  static let name = "collect"

  /// Which pass.
  let pass: Int
  /// Who collects; nil for the varied random policy.
  let actor: LearnedAgent?

  /// The most episodes that are played at a time: never changes the result.
  private static let mostSlots = 16

  /// Goes on from the last closed shard until there are enough frames.
  ///
  /// - Returns: the episodes of this pass and those before it, whatever else the folder holds; none where the
  ///   model learns from none.
  func run(in room: WorldRoom) throws -> EpisodeDataset {
    guard room.configuration.model.learnsFromEpisodes else {
      return EpisodeDataset(without: room.dataDescription)
    }
    guard room.entry.canBePlayed else { return try room.given() }
    let wanted = room.configuration.loop.frames(afterPass: pass)
    try room.leaderAlone {
      let collected = try room.collected()
      guard collected.writer.frameCount < wanted else { return }
      try refuseLostData(room)
      try collect(collected, wanted, room)
    }
    return try room.episodes().prefix(frames: wanted)
  }

  /// Refuses to collect what others have learned from already: a policy of a later day would act in a
  /// model of a later day, and the run would end as another.
  private func refuseLostData(_ room: WorldRoom) throws {
    guard let actor else { return }
    let loop = room.configuration.loop
    let isModelAhead = actor.model.trainer.parts.contains {
      $0.step > $0.schedule.steps(ofPass: pass - 1, each: loop.modelSteps).upperBound
    }
    let isLearnerAhead =
      actor.learner.learner.step > room.configuration.learnerSteps(afterPass: pass - 1)
    guard isModelAhead || isLearnerAhead else { return }
    throw ExperimentError(
      place: room.folder.data.path,
      cause:
        "the episodes of pass \(pass) are gone, and the model has learned from them: others would "
        + "be collected now",
      remedy: "restore the folder, or begin the run anew in another folder")
  }

  private func collect(_ collected: CollectedEpisodes, _ wanted: Int, _ room: WorldRoom) throws {
    let writer = collected.writer
    let progress = room.phase(
      actor == nil ? "collect" : "collect with the policy", total: wanted, done: writer.frameCount,
      unit: "frames")
    let most = RecordingBatch.slots(room.specification, atMost: Self.mostSlots)
    let play = try player(room, slots: collected.slots(forFrames: wanted, atMost: most))
    while writer.appendedFrames < wanted {
      try play(
        writer, writer.appendedEpisodes, { writer.appendedFrames < wanted },
        {
          progress.beat()
          try room.stopIfInterrupted()
        })
      let frames = writer.appendedFrames
      progress.update(done: frames, terms: [("episodes", Double(writer.appendedEpisodes))])
      room.show(
        phase: "collect", progress: Double(frames) / Double(wanted),
        detail: "\(frames) of \(wanted) frames"
      ) { _ in }
      try room.stopIfInterrupted()
    }
    try writer.close()
    progress.finish(done: writer.frameCount)
  }

  /// Plays some episodes into a data set, from the one of a number on, while more are wanted.
  private typealias Playing = (
    _ writer: DatasetWriter, _ first: Int, _ goesOn: () -> Bool,
    _ eachStep: @escaping () throws -> Void
  ) throws -> Void

  private func player(_ room: WorldRoom, slots: Int) throws -> Playing {
    let collect = room.configuration.collect
    let recorder = collect.recorder(
      room.entry.batch(room.configuration.agent.observation, count: slots))
    guard let actor else {
      let policy = VariedRandomPolicy<UInt8>(
        collectingFrom: room.rootSeed, holdMaximum: collect.holdMaximum)
      let player = EpisodePlayer(recorder, seen: recorder, zero: 0, policy: policy)
      return playing(player, slots) { EpisodeRequest.collected($0, rootSeed: room.rootSeed) }
    }
    let policy = ExploringPolicy(
      actor.policy, greatestShare: collect.exploration, holdMaximum: collect.holdMaximum)
    let player = EpisodePlayer(
      recorder, seen: try actor.environments.real(count: slots, seeing: recorder), zero: 0,
      policy: policy)
    let name = "collect/pass/\(pass)/episode"
    return playing(player, slots) { episode in
      var stream = RandomStream(root: room.rootSeed, name: "\(name)/\(episode)")
      return EpisodeRequest(seed: EpisodeRequest.drawSeed(&stream))
    }
  }

  private func playing(
    _ player: EpisodePlayer<some BitwiseCopyable & Sendable>, _ slots: Int,
    _ request: @escaping (Int) -> EpisodeRequest
  ) -> Playing {
    { writer, first, goesOn, eachStep in
      try player.play(
        (first..<first + slots).map(request), into: writer, while: goesOn, eachStep: eachStep)
    }
  }
}
