import EnvironmentKit
import Files
import Foundation

/// The actions of a shard on disk.
package enum ShardActions: Sendable {
  /// `[steps]`.
  case indices(NpyFile<Int32>)
  /// `[steps, components]`.
  case rows(NpyFile<Float>)
}

/// The open files of one shard.
package final class DatasetShard: Sendable {
  package let frames: NpyFile<UInt8>
  package let facts: NpyFile<Float>
  package let actions: ShardActions
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
    func open<Element: NpyElement>(_ array: ShardArray, _ shape: [Int]) throws -> NpyFile<Element> {
      try NpyFile(
        at: array.url(shard: shard.name, in: folder), shape: shape,
        checksum: shard.checksums[array.rawValue] ?? "")
    }
    let (frames, steps) = (shard.frames, shard.steps)
    self.frames = try open(.frames, [frames] + index.frameShape)
    facts = try open(.facts, [index.facts.isEmpty ? 0 : frames, index.facts.count])
    let width = index.actions.rowWidth
    actions =
      width == 0
      ? .indices(try open(.actions, [steps])) : .rows(try open(.actions, [steps, width]))
    rewards = try open(.rewards, [steps])
    terminated = try open(.terminated, [steps])
    truncated = try open(.truncated, [steps])
    episodes = try open(.episodes, [shard.episodes, 3])
    name = shard.name
    frameRange = firstFrame..<firstFrame + frames
    stepRange = firstStep..<firstStep + steps
    try check(index.actions, in: folder)
  }

  /// Looks at what is computed with later: a trap there would name neither file nor step.
  private func check(_ space: ActionSpace, in folder: URL) throws {
    for (step, reward) in rewards.elements.enumerated()
    where !(abs(reward) <= RecordingBatch.greatestReward) {
      throw failure(.rewards, "step \(step) has the reward \(reward)", in: folder)
    }
    for step in 0..<stepRange.count where !isPossible(step, space) {
      throw failure(
        .actions, "step \(step) has an action outside the world's: \(Self.words(space))", in: folder
      )
    }
  }

  /// What actions there are, for a sentence.
  private static func words(_ space: ActionSpace) -> String {
    switch space {
    case .discrete(let names): "0 to \(names.count - 1) (\(names.joined(separator: ", ")))"
    case .continuous(let bounds):
      bounds.map { "\($0.lowerBound)…\($0.upperBound)" }.joined(separator: ", ")
    }
  }

  private func isPossible(_ step: Int, _ space: ActionSpace) -> Bool {
    switch (actions, space) {
    case (.indices(let file), .discrete(let names)):
      return names.indices.contains(Int(file.elements[step]))
    case (.rows(let file), .continuous(let bounds)):
      let row = file.row(step)
      return bounds.indices.allSatisfy { bounds[$0].contains(row[$0]) }
    default: return false
    }
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
    failure(.episodes, "lists episodes that do not fill the shard one after the other", in: folder)
  }

  private func failure(_ array: ShardArray, _ cause: String, in folder: URL) -> FileError {
    FileError(
      place: array.url(shard: name, in: folder).path, cause: cause,
      remedy: "remove the folder and collect the data again")
  }
}
