import Datasets
import EnvironmentKit
import Foundation

/// What a world model learns from: episodes, and where it may keep what it makes of them.
public struct TrainingData {
  /// All episodes.
  public let dataset: EpisodeDataset
  /// Those to learn from and those to judge by.
  public let split: DatasetSplit
  /// What an agent may do in the world that the episodes come from.
  public let actions: ActionSpace
  /// A folder of the run for files that follow from data and model, such as encoded frames.
  public let folder: URL
  /// The root seed of all streams.
  public let rootSeed: UInt64
  /// Called now and then during longer work with what is done of what: `encode`, 300 of 60,000 frames.
  public let progress: (_ title: String, _ done: Int, _ total: Int, _ unit: String) -> Void

  /// Joins what a model learns from.
  public init(
    _ dataset: EpisodeDataset, split: DatasetSplit, actions: ActionSpace, folder: URL,
    rootSeed: UInt64,
    progress: @escaping (String, Int, Int, String) -> Void = { _, _, _, _ in }
  ) {
    (self.dataset, self.split, self.actions) = (dataset, split, actions)
    (self.folder, self.rootSeed, self.progress) = (folder, rootSeed, progress)
  }
}
