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
    var index: Int32 = 0
    var row: [Float]
    var remaining = 0

    /// Begins a random action, now and then, where none is being held.
    mutating func explore(_ random: RandomAction, hold: Double, _ holdMaximum: Int) {
      guard remaining == 0, share > 0 else { return }
      let chance = share >= 1 ? 1 : share / (share + hold * (1 - share))
      guard stream.random() < chance else { return }
      random.next(&index, &row, &stream)
      remaining = stream.integers(in: 1..<holdMaximum + 1)
    }
  }

  private let controller: any Policy<Float>
  private let greatestShare: Double
  private let holdMaximum: Int
  private var courses: [Course] = []
  private var random = RandomAction(.discrete([""]))

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
    random = RandomAction(batch.actionSpace)
    let row = [Float](repeating: 0, count: batch.actionSpace.rowWidth)
    let course = Course(stream: RandomStream(seed: 0), share: 0, row: row)
    courses = Array(repeating: course, count: batch.count)
  }

  /// Begins an episode in a slot.
  public func begin(_ episode: EpisodeRequest, in slot: Int) {
    controller.begin(episode, in: slot)
    var stream = RandomStream(root: episode.seed, name: "policy/exploration")
    courses[slot].share = greatestShare * stream.random()
    courses[slot].stream = stream
    courses[slot].remaining = 0
  }

  /// Chooses the actions of the active slots.
  public func act(
    in batch: any EnvironmentBatch<Float>, seeing observations: UnsafeBufferPointer<Float>,
    active: UnsafeBufferPointer<Bool>, into actions: ActionStorage
  ) {
    controller.act(in: batch, seeing: observations, active: active, into: actions)
    // A random action is held for (1 + holdMaximum) / 2 steps on average, so it begins more seldom.
    let hold = Double(1 + holdMaximum) / 2
    for slot in active.indices where active[slot] {
      courses[slot].explore(random, hold: hold, holdMaximum)
      guard courses[slot].remaining > 0 else { continue }
      courses[slot].remaining -= 1
      if courses[slot].row.isEmpty {
        actions.indices[slot] = courses[slot].index
      } else {
        _ = actions.row(of: slot).update(fromContentsOf: courses[slot].row)
      }
    }
  }
}
