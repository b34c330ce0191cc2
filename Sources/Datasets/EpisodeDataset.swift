import EnvironmentKit
import Files
import Foundation
import Randomness

/// Episodes on disk, mapped into memory: it takes no more memory than what is being looked at.
///
/// Frames, steps and episodes are counted through all shards from 0. Pointers are valid as long as
/// the data set is held.
public final class EpisodeDataset: Sendable {
  /// What the data set consists of.
  public let index: DatasetIndex
  /// The episodes in the order in which they were collected.
  public let episodes: [EpisodeSpan]
  private let shards: [DatasetShard]
  private let frameEnds: [Int]
  private let stepEnds: [Int]

  /// Opens a data set.
  ///
  /// - Throws: `FileError` naming the file that is missing, cut short, damaged, foreign, or of another
  ///   length than the index says, or holds what no world gives.
  public convenience init(at folder: URL) throws {
    guard let index = try DatasetIndex.read(in: folder) else {
      throw FileError(
        place: folder.path, cause: "has no \(DatasetIndex.fileName): there is no data set",
        remedy: "check the path, or collect the data first")
    }
    try self.init(index, in: folder, after: nil)
  }

  /// Opens the shards that an index lists beyond those that are open already.
  private init(_ index: DatasetIndex, in folder: URL, after open: EpisodeDataset?) throws {
    var shards = open?.shards ?? []
    var episodes = open?.episodes ?? []
    for shard in index.shards[shards.count...] {
      let last = shards.last
      let opened = try DatasetShard(
        shard, index, in: folder, firstFrame: last?.frameRange.upperBound ?? 0,
        firstStep: last?.stepRange.upperBound ?? 0)
      episodes += try opened.spans(in: folder)
      shards.append(opened)
    }
    guard !episodes.isEmpty else {
      throw FileError(
        place: folder.appending(path: DatasetIndex.fileName).path, cause: "lists no episodes",
        remedy: "remove the folder and collect the data again")
    }
    (self.index, self.shards, self.episodes) = (index, shards, episodes)
    frameEnds = shards.map(\.frameRange.upperBound)
    stepEnds = shards.map(\.stepRange.upperBound)
  }

  /// This data set with the shards that were closed since it was opened; what is open stays open.
  ///
  /// - Parameters:
  ///   - index: of the same data set, as its writer has it now.
  ///   - folder: where it lies.
  /// - Throws: what opening a data set throws.
  package func grown(to index: DatasetIndex, in folder: URL) throws -> EpisodeDataset {
    precondition(
      index.shards.starts(with: self.index.shards) && frameCount == frameEnds.last,
      "EpisodeDataset.grown: give the index of the same data set, and all of its episodes")
    guard index.shards.count > shards.count else { return self }
    return try EpisodeDataset(index, in: folder, after: self)
  }

  /// A data set without episodes, for who learns from none.
  package init(without index: DatasetIndex) {
    (self.index, shards, episodes) = (index, [], [])
    (frameEnds, stepEnds) = ([], [])
  }

  private init(_ whole: EpisodeDataset, episodes: [EpisodeSpan]) {
    (index, shards, self.episodes) = (whole.index, whole.shards, episodes)
    (frameEnds, stepEnds) = (whole.frameEnds, whole.stepEnds)
  }

  /// The first episodes that have at least so many frames together, as a data set of their own.
  public func prefix(frames: Int) -> EpisodeDataset {
    let count = episodes.firstIndex { $0.frames.upperBound >= frames }.map { $0 + 1 }
    return EpisodeDataset(self, episodes: Array(episodes.prefix(count ?? episodes.count)))
  }

  /// Frames in all episodes.
  public var frameCount: Int { episodes.last?.frames.upperBound ?? 0 }
  /// Steps in all episodes.
  public var stepCount: Int { episodes.last?.steps.upperBound ?? 0 }

  /// The bytes of a frame.
  public func frame(_ frame: Int) -> UnsafeBufferPointer<UInt8> {
    let shard = shards[Self.place(of: frame, in: frameEnds)]
    return shard.frames.row(frame - shard.frameRange.lowerBound)
  }

  /// The true values behind a frame, in the order of `index.facts`.
  public func facts(_ frame: Int) -> UnsafeBufferPointer<Float> {
    let shard = shards[Self.place(of: frame, in: frameEnds)]
    guard !index.facts.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
    return shard.facts.row(frame - shard.frameRange.lowerBound)
  }

  /// The action of a step: what was done upon the frame of the same place in the episode.
  public func action(_ step: Int) -> ActionValue {
    let (shard, offset) = locate(step)
    switch shard.actions {
    case .indices(let file): return .index(file.elements[offset])
    case .rows(let file): return .row([Float](file.row(offset)))
    }
  }

  /// Writes the action of a step as a network reads it.
  ///
  /// - Parameters:
  ///   - step: a step's global index.
  ///   - encoding: how.
  ///   - numbers: `[encoding.size(for: index.actions)]`, written.
  public func encodeAction(
    of step: Int, as encoding: ActionEncoding, into numbers: UnsafeMutableBufferPointer<Float>
  ) {
    let (shard, offset) = locate(step)
    switch shard.actions {
    case .indices(let file):
      encoding.encode(file.elements[offset], of: index.actions, into: numbers)
    case .rows(let file): encoding.encode(file.row(offset), of: index.actions, into: numbers)
    }
  }

  /// The reward of a step.
  public func reward(_ step: Int) -> Float {
    let (shard, offset) = locate(step)
    return shard.rewards.elements[offset]
  }

  /// Whether the task ended with a step.
  public func terminated(_ step: Int) -> Bool {
    let (shard, offset) = locate(step)
    return shard.terminated.elements[offset]
  }

  /// Whether the episode was cut off at a step.
  public func truncated(_ step: Int) -> Bool {
    let (shard, offset) = locate(step)
    return shard.truncated.elements[offset]
  }

  /// The global indices of the frames of some episodes.
  public func frameIndices(of episodes: [Int]) -> [Int] {
    episodes.flatMap { self.episodes[$0].frames }
  }

  /// Cuts the episodes in two groups: to learn from, and to judge by.
  ///
  /// - Parameters:
  ///   - heldOutShare: the share of episodes to judge by, in 0...1; at least one where it is above 0
  ///     and there are two.
  ///   - stream: where the choice is drawn from.
  /// - Returns: episode numbers, each group rising.
  public func split(
    heldOutShare: Double, _ stream: RandomStream
  ) -> (training: [Int], heldOut: [Int]) {
    precondition(
      (0...1).contains(heldOutShare), "split: a share of \(heldOutShare); give one in 0...1")
    var stream = stream
    let order = stream.permutation(episodes.count)
    let least = heldOutShare > 0 && episodes.count > 1 ? 1 : 0
    let count = max(least, Int((Double(episodes.count) * heldOutShare).rounded()))
    return (order[count...].sorted(), order[..<count].sorted())
  }

  private func locate(_ step: Int) -> (shard: DatasetShard, offset: Int) {
    let shard = shards[Self.place(of: step, in: stepEnds)]
    return (shard, step - shard.stepRange.lowerBound)
  }

  /// The first shard that ends after a position.
  private static func place(of position: Int, in ends: [Int]) -> Int {
    precondition(
      position >= 0 && position < ends.last ?? 0,
      "EpisodeDataset: index \(position), there are \(ends.last ?? 0)")
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
