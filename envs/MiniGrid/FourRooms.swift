import EnvironmentKit

/// Four rooms joined by gaps in their walls, a goal in one of them: `MiniGrid-FourRooms-v0`.
///
/// # Actions
/// `MiniGridAction`; only `left`, `right` and `forward` matter.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; walls hide what
/// lies behind. Agent, goal and the four gaps are anywhere.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on reaching the goal, else 0.
///
/// # Episode end
/// Terminated at the goal, truncated after 100 steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/fourrooms.py.
struct FourRooms: MiniGridTask {
  static let seesThroughWalls = false
  static let facts = MiniGrid.agentFacts + MiniGrid.goalFacts

  let width = 19
  let height = 19
  let maximumSteps = 100
  let mission = "reach the goal"
  private var goal: MiniGrid.Point?

  init() {}

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    let (roomWidth, roomHeight) = (width / 2, height / 2)
    for row in 0..<2 {
      for column in 0..<2 {
        let (left, top) = (column * roomWidth, row * roomHeight)
        let (right, bottom) = (left + roomWidth, top + roomHeight)
        if column == 0 {
          level.grid.putColumn(x: right, y: top, length: roomHeight)
          level.grid[right, level.integer(top + 1, bottom)] = .empty
        }
        if row == 0 {
          level.grid.putRow(x: left, y: bottom, length: roomWidth)
          level.grid[level.integer(left + 1, right), bottom] = .empty
        }
      }
    }
    level.placeAgent()
    goal = level.place(.goal)
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(goal, into: values)
  }
}

extension FourRooms {
  static let listings = [
    MiniGridListing(
      "MiniGrid-FourRooms-v0", family: "MiniGrid-FourRooms", file: "FourRooms.swift",
      upstream: "minigrid/envs/fourrooms.py", task: FourRooms())
  ]
}
