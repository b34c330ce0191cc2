import Datasets
import EnvironmentKit
import Files

/// How frames are collected: in the first pass with a varied random policy, later with the learner's.
public struct CollectConfiguration: Codable, Hashable, Sendable {
  /// Each random action is held for 1 to this many steps, drawn anew each time.
  public var holdMaximum = 10
  /// The greatest share of steps in later passes that are left to random actions; every episode draws its own.
  public var exploration = 0.2
  /// Steps after which an episode is cut off, so that frames come from many episodes; 0 leaves it to the world.
  public var episodeSteps = 0
  /// Steps that are played unseen before those, at most, where episodes are cut; every episode draws its own.
  public var unseenSteps = 0
  /// Every so many episodes one is held out from training, for probes and pictures.
  public var heldOutEvery = 8
  /// Frames per shard of the data set at least.
  public var shardFrames = 4096

  /// The defaults.
  public init() {}
}

extension CollectConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<CollectConfiguration>] {
    [
      Setting(
        "holdMaximum", \.holdMaximum, 1...1000,
        "Each random action is held for 1 to this many steps, drawn anew each time."),
      Setting(
        "exploration", \.exploration, 0...1,
        "Greatest share of an episode's steps in later passes that are random actions."),
      Setting(
        "episodeSteps", \.episodeSteps, 0...1_000_000,
        "Steps after which an episode is cut off, so that frames come from many episodes; 0 leaves it to the "
          + "world."),
      Setting(
        "unseenSteps", \.unseenSteps, "0, or up to 1000000 where episodeSteps is not 0",
        "Steps that are played unseen before those, at most; every episode draws its own."
      ) {
        (0...1_000_000).contains($0.unseenSteps) && ($0.episodeSteps > 0 || $0.unseenSteps == 0)
      },
      Setting(
        "heldOutEvery", \.heldOutEvery, 2...1000,
        "Every so many episodes one is held out from training, for probes and pictures."),
      Setting(
        "shardFrames", \.shardFrames, 64...1_000_000, "Frames per shard of the data set at least."),
    ]
  }
}

extension CollectConfiguration {
  /// Records what is collected from worlds: whole episodes, or the last steps of those that are cut.
  package func recorder(_ worlds: any EnvironmentBatch<UInt8>) -> RecordingBatch {
    guard episodeSteps > 0 else { return RecordingBatch(worlds) }
    return RecordingBatch(
      EpisodeWindow(worlds, steps: episodeSteps, delay: unseenSteps), lastSteps: episodeSteps)
  }
}
