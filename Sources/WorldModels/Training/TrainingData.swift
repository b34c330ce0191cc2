import Datasets
import EnvironmentKit
import Files
import Foundation
import Ranks

/// What a world model learns from: frames, or whole episodes, and where it may keep what it makes of them.
public struct TrainingData {
  /// All frames, those of the episodes where there are episodes.
  public let frames: any FrameSource
  private let collected: (dataset: EpisodeDataset, split: DatasetSplit)?
  private let given: FrameSplit?
  /// What an agent may do in the world that the episodes come from.
  public let actions: ActionSpace
  /// A folder of the run for files that follow from data and model, such as encoded frames.
  public let folder: URL
  /// The root seed of all streams.
  public let rootSeed: UInt64
  /// Called now and then during longer work with what is done of what: `encode`, 300 of 60,000 frames; may
  /// throw to stop.
  public let progress: (_ title: String, _ done: Int, _ total: Int, _ unit: String) throws -> Void

  /// The processes that learn from it together, each from a part of every batch.
  public var ranks: any Communicator = SoleProcess()

  /// The frames to learn from and those to judge by.
  public var frameSplit: FrameSplit {
    given ?? collected.map { FrameSplit($0.split) } ?? FrameSplit(training: [], heldOut: [])
  }

  /// All episodes, and which of them to learn from and to judge by.
  ///
  /// - Throws: where there are frames alone, whose order means nothing.
  public func episodes() throws -> (dataset: EpisodeDataset, split: DatasetSplit) {
    guard let collected else {
      throw FileError(
        place: "training data", cause: "these are frames alone, without actions and episodes",
        remedy: "train what needs episodes by a run in a world")
    }
    return collected
  }

  /// Joins the frames that a model learns from.
  public init(
    frames: any FrameSource, split: FrameSplit, actions: ActionSpace, folder: URL, rootSeed: UInt64,
    progress: @escaping (String, Int, Int, String) throws -> Void = { _, _, _, _ in }
  ) {
    (self.frames, given, collected) = (frames, split, nil)
    (self.actions, self.folder, self.rootSeed, self.progress) = (
      actions, folder, rootSeed, progress
    )
  }

  /// Joins the episodes that a model learns from.
  public init(
    _ dataset: EpisodeDataset, split: DatasetSplit, actions: ActionSpace, folder: URL,
    rootSeed: UInt64,
    progress: @escaping (String, Int, Int, String) throws -> Void = { _, _, _, _ in }
  ) {
    (frames, collected, given, self.actions) = (dataset, (dataset, split), nil, actions)
    (self.folder, self.rootSeed, self.progress) = (folder, rootSeed, progress)
  }
}
