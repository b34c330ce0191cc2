/// One whole episode, as it is put into a data set.
public struct Episode: Hashable, Sendable {
  /// The seed that the world was reset with.
  public var seed: UInt64
  /// `[steps + 1, observation]` bytes: the first observation, then one a step.
  public var frames: [UInt8]
  /// One a step.
  public var actions: [Int32]
  /// One a step.
  public var rewards: [Float]
  /// Whether the last step ended the task.
  public var terminated: Bool
  /// Whether the last step was cut off.
  public var truncated: Bool
  /// `[steps + 1, fact]`: the true values behind each frame, NaN where absent.
  public var facts: [Float]

  /// Creates an episode of its parts.
  public init(
    seed: UInt64, frames: [UInt8], actions: [Int32] = [], rewards: [Float] = [],
    terminated: Bool = false, truncated: Bool = false, facts: [Float] = []
  ) {
    self.seed = seed
    self.frames = frames
    self.actions = actions
    self.rewards = rewards
    self.terminated = terminated
    self.truncated = truncated
    self.facts = facts
  }

  /// Steps taken.
  public var steps: Int { actions.count }
}

/// Where an episode lies in a data set.
public struct EpisodeSpan: Hashable, Sendable {
  /// The seed that the world was reset with.
  public let seed: UInt64
  /// Its frames' global indices: one more than steps.
  public let frames: Range<Int>
  /// Its steps' global indices.
  public let steps: Range<Int>
}
