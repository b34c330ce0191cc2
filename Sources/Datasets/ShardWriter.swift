import EnvironmentKit
import Files
import Foundation

/// The files of the shard that is being written.
final class ShardWriter {
  private(set) var counts: DatasetIndex.Shard
  /// Whether parts of an episode were written, but not its last.
  var isInsideEpisode: Bool { started != nil }

  private let frames: NpyWriter<UInt8>
  private let facts: NpyWriter<Float>
  private let indices: NpyWriter<Int32>?
  private let rows: NpyWriter<Float>?
  private let rewards: NpyWriter<Float>
  private let terminated: NpyWriter<Bool>
  private let truncated: NpyWriter<Bool>
  private let episodes: NpyWriter<UInt64>
  private let hasFacts: Bool
  /// Where the episode that is being written began.
  private var started: (frame: Int, step: Int)?

  init(name: String, in folder: URL, _ index: DatasetIndex) throws {
    counts = .init(name: name, episodes: 0, frames: 0, steps: 0)
    hasFacts = !index.facts.isEmpty
    func url(_ array: ShardArray) -> URL { array.url(shard: name, in: folder) }
    frames = try NpyWriter(at: url(.frames), rowShape: index.frameShape)
    facts = try NpyWriter(at: url(.facts), rowShape: [index.facts.count])
    let width = index.actions.rowWidth
    indices = width == 0 ? try NpyWriter(at: url(.actions)) : nil
    rows = width > 0 ? try NpyWriter(at: url(.actions), rowShape: [width]) : nil
    rewards = try NpyWriter(at: url(.rewards))
    terminated = try NpyWriter(at: url(.terminated))
    truncated = try NpyWriter(at: url(.truncated))
    episodes = try NpyWriter(at: url(.episodes), rowShape: [3])
  }

  /// Appends an episode, or the next part of one.
  func append(_ part: Episode, isComplete: Bool) throws {
    let start = started ?? (counts.frames, counts.steps)
    let newFrames = part.steps + (isInsideEpisode ? 0 : 1)
    started = start
    try frames.append(part.frames)
    if hasFacts { try facts.append(part.facts) }
    try indices?.append(part.actions.indices)
    try rows?.append(part.actions.rows)
    try rewards.append(part.rewards)
    try terminated.append(Self.lastStep(part.terminated && isComplete, of: part))
    try truncated.append(Self.lastStep(part.truncated && isComplete, of: part))
    counts.frames += newFrames
    counts.steps += part.steps
    guard isComplete else { return }
    let steps = UInt64(counts.steps - start.step)
    try episodes.append([part.seed, UInt64(start.frame), steps])
    counts.episodes += 1
    started = nil
  }

  private static func lastStep(_ flag: Bool, of part: Episode) -> [Bool] {
    guard part.steps > 0 else { return [] }
    return [Bool](repeating: false, count: part.steps - 1) + [flag]
  }

  /// Puts everything on disk.
  ///
  /// - Returns: what the index is to say of the shard.
  func finish() throws -> DatasetIndex.Shard {
    try finish(frames, .frames)
    try finish(facts, .facts)
    if let indices { try finish(indices, .actions) }
    if let rows { try finish(rows, .actions) }
    try finish(rewards, .rewards)
    try finish(terminated, .terminated)
    try finish(truncated, .truncated)
    try finish(episodes, .episodes)
    return counts
  }

  private func finish<Element>(_ writer: NpyWriter<Element>, _ array: ShardArray) throws {
    try writer.finish()
    counts.checksums[array.rawValue] = writer.checksum
  }
}
