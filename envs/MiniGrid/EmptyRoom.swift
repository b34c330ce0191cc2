import EnvironmentKit

/// A room with nothing in it but a goal: `MiniGrid-Empty-*`.
///
/// # Actions
/// `MiniGridAction`; only `left`, `right` and `forward` matter.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as a 64×64 picture; nothing is
/// hidden. The goal lies in the lower right corner; the agent starts in the upper left one looking
/// right, or anywhere in the `Random` worlds.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on reaching the goal, else 0.
///
/// # Episode end
/// Terminated at the goal, truncated after 4 · size² steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/empty.py.
struct EmptyRoom: MiniGridTask {
  static let seesThroughWalls = true
  static let facts = MiniGrid.agentFacts + MiniGrid.goalFacts

  let size: Int
  let startsAnywhere: Bool

  var width: Int { size }
  var height: Int { size }
  var maximumSteps: Int { 4 * size * size }
  var mission: String { "get to the green goal square" }
  private var goal: MiniGrid.Point { MiniGrid.Point(size - 2, size - 2) }

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    level.grid[goal] = .goal
    level.agent = MiniGrid.Point(1, 1)
    if startsAnywhere { level.placeAgent() }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(goal, into: values)
  }
}

extension EmptyRoom {
  static let listings: [MiniGridListing] =
    [5, 6, 8, 16].map { listing("\($0)x\($0)", EmptyRoom(size: $0, startsAnywhere: false)) }
    + [5, 6].map { listing("Random-\($0)x\($0)", EmptyRoom(size: $0, startsAnywhere: true)) }

  private static func listing(_ name: String, _ task: EmptyRoom) -> MiniGridListing {
    MiniGridListing(
      "MiniGrid-Empty-\(name)-v0", family: "MiniGrid-Empty", file: "EmptyRoom.swift",
      upstream: "minigrid/envs/empty.py", task: task,
      blindPolicies: [
        BlindPolicy("forward", [(MiniGridAction.forward.value, 1)]),
        BlindPolicy(
          "along the walls",
          [
            (MiniGridAction.forward.value, task.size - 3), (MiniGridAction.right.value, 1),
          ]),
      ],
      factsPolicy: driveToGoal, regions: MiniGrid.goalRegion)
  }

  /// Drives forward while the goal lies ahead, else turns to its side.
  private static let driveToGoal = FactsPolicy.index { facts in
    let (ahead, aside) = (facts[3], facts[4])
    let action: MiniGridAction = ahead > 0 ? .forward : aside < 0 ? .left : .right
    return action.rawValue
  }
}
