import EnvironmentKit

/// A strip of lava with one gap between the agent and the goal: `MiniGrid-LavaGapS*`.
///
/// # Actions
/// `MiniGridAction`; only `left`, `right` and `forward` matter.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures. The agent starts in
/// the upper left corner, the goal lies in the lower right one; the strip and its gap are random.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on reaching the goal, else 0.
///
/// # Episode end
/// Terminated at the goal and in lava, truncated after 4 · size² steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/lavagap.py.
struct LavaGap: DeadlyTask {
  static let seesThroughWalls = false
  static let facts = MiniGrid.agentFacts + MiniGrid.goalFacts + [Fact("gapX"), Fact("gapY")]

  let size: Int
  let mission = "avoid the lava and get to the green goal square"
  private var gap = MiniGrid.Point(0, 0)

  init(size: Int) { self.size = size }

  var width: Int { size }
  var height: Int { size }
  var maximumSteps: Int { 4 * size * size }
  private var goal: MiniGrid.Point { MiniGrid.Point(size - 2, size - 2) }

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    level.agent = MiniGrid.Point(1, 1)
    level.grid[goal] = .goal
    gap = MiniGrid.Point(level.integer(2, size - 2), level.integer(1, size - 1))
    level.grid.putColumn(x: gap.x, y: 1, length: size - 2, .lava)
    level.grid[gap] = .empty
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(goal, into: values)
    (values[5], values[6]) = (Float(gap.x), Float(gap.y))
  }
}

extension LavaGap {
  static let listings = [5, 6, 7].map { size in
    MiniGridListing(
      "MiniGrid-LavaGapS\(size)-v0", family: "MiniGrid-LavaGap", file: "LavaGap.swift",
      upstream: "minigrid/envs/lavagap.py", task: LavaGap(size: size),
      factsPolicy: .index { solve($0).rawValue })
  }

  /// Goes along the row of the gap, then down to the goal.
  private static func solve(_ facts: UnsafeBufferPointer<Float>) -> MiniGridAction {
    let walker = MiniGrid.Walker(facts)
    let gap = MiniGrid.Point(Int(facts[5]), Int(facts[6]))
    if walker.agent.x <= gap.x, walker.agent.y != gap.y {
      return walker.turnOrGo(walker.agent.y < gap.y ? .down : .up)
    }
    if walker.agent.x <= gap.x { return walker.turnOrGo(.right) }
    return facts[3] > 0 ? .forward : facts[4] < 0 ? .left : .right
  }
}
