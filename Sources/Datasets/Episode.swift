import EnvironmentKit

/// One whole episode, as it is put into a data set.
public struct Episode: Hashable, Sendable {
  /// The seed that the world was reset with.
  public var seed: UInt64
  /// `[steps + 1, observation]` bytes: the first observation, then one a step.
  public var frames: [UInt8]
  /// One per step.
  public var actions: ActionSequence
  /// One per step.
  public var rewards: [Float]
  /// Whether the last step ended the task.
  public var terminated: Bool
  /// Whether the last step was cut off.
  public var truncated: Bool
  /// `[steps + 1, fact]`: the true values behind each frame, NaN where absent.
  public var facts: [Float]

  /// Creates an episode of its parts.
  public init(
    seed: UInt64, frames: [UInt8], actions: ActionSequence = [], rewards: [Float] = [],
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
  public var steps: Int { rewards.count }
  /// Bytes in memory, but for what does not grow with the steps.
  var bytes: Int { frames.count + 4 * (facts.count + rewards.count + actions.rows.count) }

  /// Forgets all but the last steps, the frame before them, and how it ended.
  package mutating func keepLast(_ count: Int) {
    let gone = steps - count
    guard gone > 0 else { return }
    frames.removeFirst(gone * (frames.count / (steps + 1)))
    facts.removeFirst(gone * (facts.count / (steps + 1)))
    actions.removeFirst(gone)
    rewards.removeFirst(gone)
  }

  /// Forgets what there is of it, and keeps the memory for what follows.
  mutating func removeSteps() {
    frames.removeAll(keepingCapacity: true)
    actions.removeAll()
    rewards.removeAll(keepingCapacity: true)
    facts.removeAll(keepingCapacity: true)
  }
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
