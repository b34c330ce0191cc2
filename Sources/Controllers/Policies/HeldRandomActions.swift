import Randomness

/// Random play of one slot: a uniform action, held for a uniform number of steps, and so on.
///
/// The `random` baseline and the collector of varied frames. Drawing anew each step or holding
/// changes a survival time by up to 1.8 times, hence one stated rule.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018): random actions held for 1 to 10 frames.
public struct HeldRandomActions: Sendable {
  /// How many steps an action may be held.
  public static let holdSteps = 1..<11

  private let actionCount: Int
  private var stream: RandomStream
  private var action: Int32 = 0
  private var stepsLeft = 0

  /// Starts an episode of random play.
  ///
  /// - Parameters:
  ///   - actionCount: number of actions to choose from, at least 1.
  ///   - seed: the episode's seed; the draws come from its stream `policy/random`.
  public init(actionCount: Int, seed: UInt64) {
    precondition(actionCount >= 1, "HeldRandomActions: \(actionCount) actions; give 1 or more")
    self.actionCount = actionCount
    stream = RandomStream(root: seed, name: "policy/random")
  }

  /// The next action.
  public mutating func next() -> Int32 {
    if stepsLeft == 0 {
      action = Int32(stream.integers(in: 0..<actionCount))
      stepsLeft = stream.integers(in: Self.holdSteps)
    }
    stepsLeft -= 1
    return action
  }
}
