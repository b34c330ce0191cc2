import Datasets
import EnvironmentKit
import Foundation
import Statistics

/// Frames encoded by V: one row of latents a frame, with the KL each dimension carries.
package struct LatentTable {
  /// Number of rows.
  package let count: Int
  /// Latents a row.
  package let latentSize: Int
  /// `[row, latent]`.
  package let means: [Float]
  /// `[row, latent]`.
  package let logVariances: [Float]

  /// Encodes frames that lie one after the other.
  ///
  /// - Parameter frames: `[row, height, width, 3]` bytes.
  package init(_ vision: FrozenVision, frames: [UInt8], count: Int) {
    self.count = count
    latentSize = vision.latentSize
    var means = [Float](repeating: 0, count: count * latentSize)
    var logVariances = means
    frames.withUnsafeBufferPointer { bytes in
      means.withUnsafeMutableBufferPointer { means in
        logVariances.withUnsafeMutableBufferPointer { logVariances in
          vision.encode(bytes, count: count, mean: means, logVariance: logVariances)
        }
      }
    }
    self.means = means
    self.logVariances = logVariances
  }

  /// Encodes frames of a data set.
  package init(_ vision: FrozenVision, _ dataset: EpisodeDataset, frames: [Int]) {
    self.init(vision, frames) { part in part.flatMap { dataset.frame($0) } }
  }

  /// Encodes frames of a source.
  ///
  /// - Parameter beat: called for every few hundred frames; may throw to stop.
  package init(
    _ vision: FrozenVision, _ source: any FrameSource, frames: [Int],
    beat: () throws -> Void = {}
  ) throws {
    try self.init(vision, frames) {
      try beat()
      return try source.frames($0)
    }
  }

  /// Encodes frames some at a time, so that memory stays bounded.
  private init(
    _ vision: FrozenVision, _ frames: [Int], read: (ArraySlice<Int>) throws -> [UInt8]
  ) rethrows {
    var (means, logVariances) = ([Float](), [Float]())
    for start in stride(from: 0, to: frames.count, by: 512) {
      let part = frames[start..<min(frames.count, start + 512)]
      let table = LatentTable(vision, frames: try read(part), count: part.count)
      means += table.means
      logVariances += table.logVariances
    }
    count = frames.count
    latentSize = vision.latentSize
    self.means = means
    self.logVariances = logVariances
  }

  /// The rows from one on.
  package func rows(from first: Int) -> LatentTable {
    LatentTable(
      count: count - first, latentSize: latentSize,
      means: Array(means[(first * latentSize)...]),
      logVariances: Array(logVariances[(first * latentSize)...]))
  }

  private init(count: Int, latentSize: Int, means: [Float], logVariances: [Float]) {
    self.count = count
    self.latentSize = latentSize
    self.means = means
    self.logVariances = logVariances
  }

  /// KL of every dimension in nats, a mean over the rows.
  ///
  /// - SeeAlso: Kingma & Welling 2013, arXiv:1312.6114, appendix B.
  package var divergences: [Double] {
    var sums = [Double](repeating: 0, count: latentSize)
    for row in 0..<count {
      for latent in 0..<latentSize {
        let mean = Double(means[row * latentSize + latent])
        let logVariance = logVariances[row * latentSize + latent]
        sums[latent] += Self.divergence(mean, logVariance)
      }
    }
    return sums.map { $0 / Double(max(1, count)) }
  }

  /// KL of one dimension of one frame, in nats.
  package static func divergence(_ mean: Double, _ logVariance: Float) -> Double {
    let logVariance = Double(logVariance)
    return 0.5 * (mean * mean + exp(logVariance) - logVariance - 1)
  }

  /// The rows as posteriors taken together.
  package var posterior: AggregatedPosterior {
    AggregatedPosterior(means: means, logVariances: logVariances, width: latentSize)
  }

  /// One row of latents.
  package func row(_ index: Int) -> [Float] {
    Array(means[index * latentSize..<(index + 1) * latentSize])
  }
}
