import EnvironmentKit

/// Collects frames with a varied random policy into the run's data set.
struct CollectStage {
  /// Episodes played at a time: bounds the memory, never the result.
  private static let slots = 16

  private let context: RunContext

  init(_ context: RunContext) {
    self.context = context
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
    if writer.frameCount < configuration.frames {
      try collect(configuration, writer)
    }
    return try EpisodeDataset(at: context.folder.data)
  }

  private func collect(_ configuration: CollectConfiguration, _ writer: DatasetWriter) throws {
    let progress = context.progress.phase(
      "collect", total: configuration.frames, done: writer.frameCount, unit: "frames")
    let collector = EpisodeCollector(
      batch: context.entry.batch(.pixels64, count: Self.slots), rootSeed: context.rootSeed,
      holdMaximum: configuration.holdMaximum)
    var (episode, frames) = (writer.episodeCount, writer.frameCount)
    while frames < configuration.frames {
      for record in try collector.play(from: episode) where frames < configuration.frames {
        try writer.append(record)
        episode += 1
        frames += record.steps + 1
      }
      progress.update(done: frames, terms: [("episodes", Double(episode))])
      watch(frames, configuration.frames)
      try context.stopIfInterrupted()
    }
    try writer.close()
    progress.finish(done: frames)
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
