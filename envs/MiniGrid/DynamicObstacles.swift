import EnvironmentKit

/// A room in which balls roll about at random: `MiniGrid-Dynamic-Obstacles-*`.
///
/// # Actions
/// `MiniGridAction`; only `left`, `right` and `forward` matter, the others count as `left`.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; nothing is hidden.
/// The goal lies in the lower right corner; the agent starts in the upper left one looking right, or
/// anywhere in the `Random` worlds.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on reaching the goal, -1 for going forward where a ball or a wall
/// was ahead before the balls moved, else 0.
///
/// # Episode end
/// Terminated at the goal and at such a collision, truncated after 4 · size² steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/dynamicobstacles.py.
struct DynamicObstacles: DeadlyTask {
  static let seesThroughWalls = true
  static let actions = [MiniGridAction.left, .right, .forward]
  static let facts =
    MiniGrid.agentFacts + MiniGrid.goalFacts
    + (0..<capacity).flatMap { [Fact("ball\($0)X"), Fact("ball\($0)Y")] }
  private static let capacity = 8
  /// Tries for a ball's next place, one more than the library's limit.
  private static let tries = 101

  let rewardRange: ClosedRange<Float> = -1...1
  let size: Int
  let count: Int
  let startsAnywhere: Bool
  let mission = "get to the green goal square"
  private var balls = InlineArray<8, MiniGrid.Point>(repeating: MiniGrid.Point(0, 0))
  private var collides = false

  /// - Parameter balls: at most 8.
  init(size: Int, balls: Int, startsAnywhere: Bool) {
    self.size = size
    self.startsAnywhere = startsAnywhere
    count = 2 * balls <= size + 2 ? balls : size / 2
  }

  var width: Int { size }
  var height: Int { size }
  var maximumSteps: Int { 4 * size * size }
  private var goal: MiniGrid.Point { MiniGrid.Point(size - 2, size - 2) }

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    level.grid[goal] = .goal
    level.agent = MiniGrid.Point(1, 1)
    if startsAnywhere { level.placeAgent() }
    for index in 0..<count {
      balls[index] = level.place(MiniGrid.Cell(.ball, .blue)) ?? MiniGrid.Point(0, 0)
    }
  }

  mutating func willAct(_ action: inout MiniGridAction, in level: inout MiniGrid.Level) {
    if !Self.actions.contains(action) { action = .left }
    let ahead = level.grid[level.front].kind
    collides = action == .forward && ahead != .empty && ahead != .goal
    for index in 0..<count {
      let old = balls[index]
      let around = MiniGrid.Area(x: old.x - 1, y: old.y - 1, width: 3, height: 3)
      if let new = level.place(level.grid[old], in: around, tries: Self.tries) {
        level.grid[old] = .empty
        balls[index] = new
      }
    }
  }

  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {
    guard collides else { return }
    step.reward = -1
    step.terminated = true
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(goal, into: values)
    for index in 0..<Self.capacity {
      let slot = 5 + 2 * index
      values[slot] = index < count ? Float(balls[index].x) : .nan
      values[slot + 1] = index < count ? Float(balls[index].y) : .nan
    }
  }
}

extension DynamicObstacles {
  static let listings =
    [(5, 2), (6, 3), (8, 4), (16, 8)].map { listing("\($0)x\($0)", $0, $1, false) }
    + [(5, 2), (6, 3)].map { listing("Random-\($0)x\($0)", $0, $1, true) }

  private static func listing(
    _ name: String, _ size: Int, _ balls: Int, _ startsAnywhere: Bool
  ) -> MiniGridListing {
    MiniGridListing(
      "MiniGrid-Dynamic-Obstacles-\(name)-v0", family: "MiniGrid-Dynamic-Obstacles",
      file: "DynamicObstacles.swift", upstream: "minigrid/envs/dynamicobstacles.py",
      task: DynamicObstacles(size: size, balls: balls, startsAnywhere: startsAnywhere))
  }
}
