import Datasets
import EnvironmentKit
import Files
import Foundation

/// The frames of a data set as V sees them: means and log variances.
///
/// Where all are wanted they lie in files mapped into memory, `[frame, latent]`, which NumPy can open;
/// where only some are, each is encoded when it is first asked for.
package final class LatentStore {
  /// Numbers of a latent.
  package let latentSize: Int
  private let source: Source

  private enum Source {
    case files(means: NpyFile<Float>, logVariances: NpyFile<Float>)
    case asNeeded(AsNeeded)
  }

  /// Frames encoded at a time: bounds the memory, never the result.
  private static let portion = 512

  /// Encodes all frames into files of a folder, unless those are there already.
  ///
  /// - Parameter progress: called with the number of frames done; may throw to stop.
  package init(
    _ vision: FrozenVision, _ dataset: EpisodeDataset, in folder: URL,
    progress: (Int) throws -> Void
  ) throws {
    latentSize = vision.latentSize
    let note = folder.appending(path: "source.json")
    let origin: JSONValue = [
      "frames": .integer(dataset.frameCount), "vision": .string(String(vision.identity, radix: 16)),
    ]
    let files = ["latent-means.npy", "latent-log-variances.npy"].map(folder.appendingPathComponent)
    if (try? String(contentsOf: note, encoding: .utf8)) != origin.document {
      try DurableFile.createFolder(folder)
      try DurableFile.remove(note)
      try Self.write(vision, dataset, to: files, progress: progress)
      try DurableFile.write(origin, to: note)
    }
    let shape = [dataset.frameCount, vision.latentSize]
    source = .files(
      means: try NpyFile(at: files[0], shape: shape),
      logVariances: try NpyFile(at: files[1], shape: shape))
  }

  /// Encodes frames as they are asked for, and keeps them.
  ///
  /// It belongs to one thread.
  package init(asNeeded vision: FrozenVision, _ dataset: EpisodeDataset) {
    latentSize = vision.latentSize
    source = .asNeeded(AsNeeded(vision, dataset))
  }

  /// The mean of a frame's distribution, `[latentSize]`.
  package func mean(_ frame: Int) -> UnsafeBufferPointer<Float> {
    switch source {
    case .files(let means, _): means.row(frame)
    case .asNeeded(let made): made.row(frame, of: made.means)
    }
  }

  /// The logarithms of its variances, `[latentSize]`.
  package func logVariance(_ frame: Int) -> UnsafeBufferPointer<Float> {
    switch source {
    case .files(_, let logVariances): logVariances.row(frame)
    case .asNeeded(let made): made.row(frame, of: made.logVariances)
    }
  }

  private static func write(
    _ vision: FrozenVision, _ dataset: EpisodeDataset, to files: [URL],
    progress: (Int) throws -> Void
  ) throws {
    let writers = try files.map { try NpyWriter<Float>(at: $0, rowShape: [vision.latentSize]) }
    for first in stride(from: 0, to: dataset.frameCount, by: portion) {
      let last = min(dataset.frameCount, first + portion)
      let table = LatentTable(vision, dataset, frames: Array(first..<last))
      try writers[0].append(table.means)
      try writers[1].append(table.logVariances)
      try progress(last)
    }
    for writer in writers { try writer.finish() }
  }

  /// Latents made one by one.
  private final class AsNeeded {
    let means: OwnedBuffer<Float>
    let logVariances: OwnedBuffer<Float>
    private let isMade: OwnedBuffer<Bool>
    private let vision: FrozenVision
    private let dataset: EpisodeDataset

    init(_ vision: FrozenVision, _ dataset: EpisodeDataset) {
      (self.vision, self.dataset) = (vision, dataset)
      means = OwnedBuffer(dataset.frameCount * vision.latentSize, zero: 0)
      logVariances = OwnedBuffer(dataset.frameCount * vision.latentSize, zero: 0)
      isMade = OwnedBuffer(dataset.frameCount, zero: false)
    }

    func row(_ frame: Int, of buffer: OwnedBuffer<Float>) -> UnsafeBufferPointer<Float> {
      let size = vision.latentSize
      if !isMade.elements[frame] {
        vision.encode(
          dataset.frame(frame), count: 1, mean: means.row(frame, size),
          logVariance: logVariances.row(frame, size))
        isMade.elements[frame] = true
      }
      return UnsafeBufferPointer(buffer.row(frame, size))
    }
  }
}
