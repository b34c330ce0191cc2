import Controllers
import Datasets
import EnvironmentKit
import Randomness

/// Collects frames into the run's data set: with a varied random policy, in later passes with C.
struct CollectStage {
  /// The most episodes that are played at a time: never changes the result.
  private static let mostSlots = 16

  private let context: RunContext
  private let pass: TrainingPass

  init(_ context: RunContext, _ pass: TrainingPass) {
    (self.context, self.pass) = (context, pass)
  }

  /// Whether the folder holds all frames of a pass.
  static func isDone(_ context: RunContext, _ pass: TrainingPass) -> Bool {
    guard let index = try? DatasetIndex.read(in: context.folder.data) else { return false }
    return index.shards.reduce(0) { $0 + $1.frames } >= pass.frames
  }

  /// Goes on from the last closed shard until there are enough frames.
  func run() throws -> EpisodeDataset {
    let configuration = context.configuration.collect
    let specification = context.entry.specification(.pixels64)
    let writer = try DatasetWriter(
      at: context.folder.data,
      DatasetIndex(
        world: specification.id, frameShape: specification.observation.image?.shape ?? [],
        actions: context.entry.actions, facts: specification.facts, framesPerShard: configuration.shardFrames))
    if writer.frameCount < pass.frames { try collect(writer) }
    return try EpisodeDataset(at: context.folder.data)
  }

  private func collect(_ writer: DatasetWriter) throws {
    let progress = context.progress.phase(
      pass.number == 1 ? "collect" : "collect with C", total: pass.frames,
      done: writer.frameCount, unit: "frames")
    let total = pass.frames
    let collect = try player()
    while writer.appendedFrames < total {
      try collect(
        writer, writer.appendedEpisodes, { writer.appendedFrames < total },
        {
          progress.beat()
          try context.stopIfInterrupted()
        })
      progress.update(
        done: writer.appendedFrames, terms: [("episodes", Double(writer.appendedEpisodes))])
      watch(writer.appendedFrames, total)
      try context.stopIfInterrupted()
    }
    try writer.close()
    progress.finish(done: writer.frameCount)
  }

  /// Plays some episodes into a data set, from the one of a number on, while more are wanted.
  private typealias Collecting = (
    _ writer: DatasetWriter, _ first: Int, _ goesOn: () -> Bool,
    _ eachStep: @escaping () throws -> Void
  ) throws -> Void

  private func player() throws -> Collecting {
    let slots = RecordingBatch.slots(
      context.entry.specification(.pixels64), atMost: Self.mostSlots)
    let recorder = RecordingBatch(context.entry.batch(.pixels64, count: slots))
    let collect = context.configuration.collect
    guard let (batches, controller) = pass.collector else {
      let policy = VariedRandomPolicy<UInt8>(
        collectingFrom: context.rootSeed, holdMaximum: collect.holdMaximum)
      let player = EpisodePlayer(recorder, seen: recorder, zero: 0, policy: policy)
      return collecting(player, slots) {
        EpisodeRequest.collected($0, rootSeed: context.rootSeed)
      }
    }
    let policy = ExploringPolicy(
      controller.trainer.policy(), greatestShare: batches.configuration.refinement.exploration,
      holdMaximum: collect.holdMaximum)
    let player = EpisodePlayer(
      recorder, seen: try batches.real(count: slots, seeing: recorder), zero: 0, policy: policy)
    let name = "collect/pass/\(pass.number)/episode"
    return collecting(player, slots) { episode in
      var stream = RandomStream(root: context.rootSeed, name: "\(name)/\(episode)")
      return EpisodeRequest(seed: EpisodeRequest.drawSeed(&stream))
    }
  }

  private func collecting(
    _ player: EpisodePlayer<some BitwiseCopyable & Sendable>, _ slots: Int,
    _ request: @escaping (Int) -> EpisodeRequest
  ) -> Collecting {
    { writer, first, goesOn, eachStep in
      try player.play(
        (first..<first + slots).map(request), into: writer, while: goesOn, eachStep: eachStep)
    }
  }

  private func watch(_ frames: Int, _ total: Int) {
    guard let observer = context.observer, observer.wantsSnapshot else { return }
    var snapshot = RunSnapshot()
    snapshot.phase = .collect
    snapshot.progress = Double(frames) / Double(total)
    snapshot.detail = "\(frames) of \(total) frames"
    observer.receive(snapshot)
  }
}
