import EnvironmentKit

/// A room with two strips of lava on the way to the goal: `MiniGrid-DistShift*`.
///
/// The second strip lies elsewhere in the second world: who learnt in the first is tried in the other.
///
/// # Actions
/// `MiniGridAction`; only `left`, `right` and `forward` matter.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; nothing is hidden.
/// Nothing is random: the agent starts in the upper left corner, the goal lies in the upper right one.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on reaching the goal, else 0.
///
/// # Episode end
/// Terminated at the goal and in lava, truncated after 252 steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/distshift.py.
struct DistShift: DeadlyTask {
  static let seesThroughWalls = true
  static let facts = MiniGrid.agentFacts + MiniGrid.goalFacts

  let width = 9
  let height = 7
  let mission = "get to the green goal square"
  /// The row of the second strip; the first lies in row 1.
  let secondStrip: Int

  init(secondStrip: Int) { self.secondStrip = secondStrip }

  var maximumSteps: Int { 4 * width * height }
  private var goal: MiniGrid.Point { MiniGrid.Point(width - 2, 1) }

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    level.grid[goal] = .goal
    level.grid.putRow(x: 3, y: 1, length: width - 6, .lava)
    level.grid.putRow(x: 3, y: secondStrip, length: width - 6, .lava)
    level.agent = MiniGrid.Point(1, 1)
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(goal, into: values)
  }
}

extension DistShift {
  static let listings = [(1, 2), (2, 5)].map { number, strip in
    MiniGridListing(
      "MiniGrid-DistShift\(number)-v0", family: "MiniGrid-DistShift", file: "DistShift.swift",
      upstream: "minigrid/envs/distshift.py", task: DistShift(secondStrip: strip))
  }
}
