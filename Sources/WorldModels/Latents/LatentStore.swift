import Datasets
import Files
import Foundation

/// Every frame of a data set as V sees it, in files mapped into memory: means and log variances.
///
/// The files are V's view of the data: they are written anew whenever V or the data may have changed.
package final class LatentStore: Sendable {
  /// Numbers of a latent.
  package let latentSize: Int
  /// `[frame, latent]`.
  package let means: NpyFile<Float>
  /// `[frame, latent]`.
  package let logVariances: NpyFile<Float>

  /// Frames encoded at a time: bounds the memory, never the result.
  private static let portion = 512

  /// Encodes all frames of a data set into files of a folder.
  package init(
    _ vision: FrozenVision, _ dataset: EpisodeDataset, in folder: URL, progress: (Int) -> Void
  ) throws {
    try DurableFile.createFolder(folder)
    let files = ["latent-means.npy", "latent-log-variances.npy"].map(folder.appendingPathComponent)
    let writers = try files.map { try NpyWriter<Float>(at: $0, rowShape: [vision.latentSize]) }
    for first in stride(from: 0, to: dataset.frameCount, by: Self.portion) {
      let last = min(dataset.frameCount, first + Self.portion)
      let table = LatentTable(vision, dataset, frames: Array(first..<last))
      try writers[0].append(table.means)
      try writers[1].append(table.logVariances)
      progress(last)
    }
    for writer in writers { try writer.finish() }
    latentSize = vision.latentSize
    let shape = [dataset.frameCount, vision.latentSize]
    means = try NpyFile(at: files[0], shape: shape)
    logVariances = try NpyFile(at: files[1], shape: shape)
  }
}
