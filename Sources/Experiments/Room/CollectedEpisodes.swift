import Datasets
import EnvironmentKit
import Foundation

/// The episodes of a run as they grow: opened once, whatever the number of passes.
final class CollectedEpisodes {
  /// Appends episodes.
  let writer: DatasetWriter
  private var opened: EpisodeDataset?

  /// Opens what a run's folder holds, or creates it.
  init(at folder: URL, _ description: DatasetIndex) throws {
    writer = try DatasetWriter(at: folder, description)
  }

  /// The episodes whose shards are closed.
  ///
  /// - Throws: where there are none, or a file is damaged.
  func dataset() throws -> EpisodeDataset {
    let dataset =
      try opened?.grown(to: writer.index, in: writer.folder)
      ?? EpisodeDataset(at: writer.folder)
    opened = dataset
    return dataset
  }

  /// Slots that play so many more frames at about one episode per slot: never changes what is recorded.
  ///
  /// - Parameter most: as many as fit in memory.
  func slots(forFrames wanted: Int, atMost most: Int) -> Int {
    let (frames, episodes) = (writer.appendedFrames, writer.appendedEpisodes)
    guard episodes > 0 else { return most }
    let lacking = max(1, wanted - frames)
    return min(most, max(1, (lacking * episodes + frames - 1) / frames))
  }
}
