import EnvironmentKit
import Files

/// The frames of all episodes, whatever was done and what came of it.
extension EpisodeDataset: FrameSource {
  /// Extents of a frame.
  public var frameShape: [Int] { index.frameShape }
  /// Bytes of that shape, in which a grid may lie.
  public var frameFormat: FrameFormat {
    let observation = index.observation
    return FrameFormat(shape: frameShape, grid: observation.grid, order: observation.order)
  }
  /// The world's facts.
  public var frameFacts: [Fact] { index.facts }
  /// The frames of each episode.
  public var frameGroups: [Range<Int>] { episodes.map(\.frames) }

  /// A hash of the shards' checksums and the number of frames.
  public var contentHash: String {
    let sums = index.shards.flatMap { shard in
      [ShardArray.frames, .facts].map { shard.checksums[$0.rawValue] ?? "" }
    }
    return Checksum(of: (sums + ["\(frameCount)"]).joined(separator: " ")).text
  }

  /// Writes a frame's bytes.
  public func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) {
    withExtendedLifetime(self) { _ = bytes.update(fromContentsOf: self.frame(frame)) }
  }

  /// The true values behind a frame.
  public func readFacts(_ frame: Int) -> [Float] {
    withExtendedLifetime(self) { [Float](facts(frame)) }
  }
}
