import Files
import Foundation

/// The open files of one shard.
package final class DatasetShard: Sendable {
  package let frames: NpyFile<UInt8>
  package let facts: NpyFile<Float>
  package let actions: NpyFile<Int32>
  package let rewards: NpyFile<Float>
  package let terminated: NpyFile<Bool>
  package let truncated: NpyFile<Bool>
  package let episodes: NpyFile<UInt64>
  package let name: String
  /// Global indices of its frames.
  package let frameRange: Range<Int>
  /// Global indices of its steps.
  package let stepRange: Range<Int>

  package init(
    _ shard: DatasetIndex.Shard, _ index: DatasetIndex, in folder: URL, firstFrame: Int,
    firstStep: Int
  ) throws {
    func url(_ array: ShardArray) -> URL { array.url(shard: shard.name, in: folder) }
    let (frames, steps) = (shard.frames, shard.steps)
    self.frames = try NpyFile(at: url(.frames), shape: [frames] + index.frameShape)
    facts = try NpyFile(
      at: url(.facts), shape: [index.facts.isEmpty ? 0 : frames, index.facts.count])
    actions = try NpyFile(at: url(.actions), shape: [steps])
    rewards = try NpyFile(at: url(.rewards), shape: [steps])
    terminated = try NpyFile(at: url(.terminated), shape: [steps])
    truncated = try NpyFile(at: url(.truncated), shape: [steps])
    episodes = try NpyFile(at: url(.episodes), shape: [shard.episodes, 3])
    name = shard.name
    frameRange = firstFrame..<firstFrame + frames
    stepRange = firstStep..<firstStep + steps
  }

  /// Where its episodes lie; they must follow one another and fill the shard.
  package func spans(in folder: URL) throws -> [EpisodeSpan] {
    var spans: [EpisodeSpan] = []
    var (frame, step) = (frameRange.lowerBound, stepRange.lowerBound)
    for number in 0..<episodes.shape[0] {
      let row = episodes.row(number)
      guard Int(exactly: row[1]) == frame - frameRange.lowerBound,
        let steps = Int(exactly: row[2]), steps <= stepRange.upperBound - step
      else { throw inconsistent(in: folder) }
      spans.append(
        EpisodeSpan(seed: row[0], frames: frame..<frame + steps + 1, steps: step..<step + steps))
      (frame, step) = (frame + steps + 1, step + steps)
    }
    guard frame == frameRange.upperBound, step == stepRange.upperBound else {
      throw inconsistent(in: folder)
    }
    return spans
  }

  private func inconsistent(in folder: URL) -> FileError {
    FileError(
      place: ShardArray.episodes.url(shard: name, in: folder).path,
      cause: "lists episodes that do not fill the shard one after the other",
      remedy: "remove the folder and collect the data again")
  }
}
