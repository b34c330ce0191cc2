import EnvironmentKit
import Randomness

/// A controller some of whose steps are left to random actions, each held for some steps.
///
/// Every episode draws its own share of random steps, uniformly up to the greatest, from the episode's
/// stream `policy/exploration`: some are the controller's own, others see what it would avoid.
public final class ExploringPolicy: Policy {
  private struct Course {
    var stream: RandomStream
    var share: Double
    var action: Int32 = 0
    var remaining = 0
  }

  private let controller: any Policy<Float>
  private let greatestShare: Double
  private let holdMaximum: Int
  private var courses: [Course] = []

  /// Wraps a controller.
  ///
  /// - Parameters:
  ///   - controller: who acts otherwise.
  ///   - greatestShare: of random steps in an episode, 0...1.
  ///   - holdMaximum: a random action is held for 1 to this many steps.
  public init(_ controller: any Policy<Float>, greatestShare: Double, holdMaximum: Int) {
    precondition(
      (0...1).contains(greatestShare) && holdMaximum >= 1,
      "ExploringPolicy: a share of \(greatestShare), held for up to \(holdMaximum) steps; "
        + "give 0...1 and 1 or more")
    self.controller = controller
    self.greatestShare = greatestShare
    self.holdMaximum = holdMaximum
  }

  /// Makes room for the batch's slots.
  public func prepare(for batch: any EnvironmentBatch<Float>) {
    controller.prepare(for: batch)
    courses = Array(repeating: Course(stream: RandomStream(seed: 0), share: 0), count: batch.count)
  }

  /// Begins an episode in a slot.
  public func begin(_ episode: EpisodeRequest, in slot: Int) {
    controller.begin(episode, in: slot)
    var stream = RandomStream(root: episode.seed, name: "policy/exploration")
    let share = greatestShare * stream.random()
    courses[slot] = Course(stream: stream, share: share)
  }

  /// Chooses the actions of the active slots.
  public func act(
    in batch: any EnvironmentBatch<Float>, seeing observations: UnsafeBufferPointer<Float>,
    active: UnsafeBufferPointer<Bool>, into actions: UnsafeMutableBufferPointer<Int32>
  ) {
    controller.act(in: batch, seeing: observations, active: active, into: actions)
    // A random action is held for (1 + holdMaximum) / 2 steps on average, so it begins more seldom.
    let hold = Double(1 + holdMaximum) / 2
    for slot in active.indices where active[slot] {
      let share = courses[slot].share
      if courses[slot].remaining == 0, share > 0 {
        let chance = share >= 1 ? 1 : share / (share + hold * (1 - share))
        guard courses[slot].stream.random() < chance else { continue }
        courses[slot].action = Int32(courses[slot].stream.integers(in: 0..<batch.actionSpace.count))
        courses[slot].remaining = courses[slot].stream.integers(in: 1..<holdMaximum + 1)
      }
      guard courses[slot].remaining > 0 else { continue }
      courses[slot].remaining -= 1
      actions[slot] = courses[slot].action
    }
  }
}
