import Datasets
import EnvironmentKit

/// Collects frames into the run's data set: with a varied random policy, in later passes with C.
struct CollectStage {
  /// Episodes played at a time: bounds the memory, never the result.
  private static let slots = 16

  private let context: RunContext
  private let pass: TrainingPass

  init(_ context: RunContext, _ pass: TrainingPass) {
    (self.context, self.pass) = (context, pass)
  }

  /// Whether the folder holds all frames of a pass.
  static func isDone(_ context: RunContext, _ pass: TrainingPass) -> Bool {
    guard let dataset = try? EpisodeDataset(at: context.folder.data) else { return false }
    return dataset.frameCount >= pass.frames
  }

  /// Goes on from the last closed shard until there are enough frames.
  func run() throws -> EpisodeDataset {
    let configuration = context.configuration.collect
    let specification = context.entry.specification(.pixels64)
    let writer = try DatasetWriter(
      at: context.folder.data,
      DatasetIndex(
        world: specification.id, frameShape: specification.observation.image?.shape ?? [],
        facts: specification.facts, framesPerShard: configuration.shardFrames))
    if writer.frameCount < pass.frames { try collect(writer) }
    return try EpisodeDataset(at: context.folder.data)
  }

  private func collect(_ writer: DatasetWriter) throws {
    let progress = context.progress.phase(
      pass.number == 1 ? "collect" : "collect with C", total: pass.frames,
      done: writer.frameCount, unit: "frames")
    let play = try player { progress.beat() }
    var (episode, frames) = (writer.episodeCount, writer.frameCount)
    while frames < pass.frames {
      for record in try play(episode) where frames < pass.frames {
        try writer.append(record)
        episode += 1
        frames += record.steps + 1
      }
      progress.update(done: frames, terms: [("episodes", Double(episode))])
      watch(frames, pass.frames)
      try context.stopIfInterrupted()
    }
    try writer.close()
    progress.finish(done: frames)
  }

  /// What plays some episodes, from the one of a number on.
  private func player(_ beat: @escaping () -> Void) throws -> (Int) throws -> [Episode] {
    let world = context.entry.batch(.pixels64, count: Self.slots)
    guard let (batches, controller) = pass.collector else {
      let collector = EpisodeCollector(
        batch: world, rootSeed: context.rootSeed,
        holdMaximum: context.configuration.collect.holdMaximum)
      return { try collector.play(from: $0) }
    }
    let collector = try ControllerCollector(
      batches, controller.trainer, world: world, pass: pass.number, rootSeed: context.rootSeed,
      beat: beat)
    return { try collector.play(from: $0) }
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
