import EnvironmentKit

/// Nine rooms full of things, without a task: `MiniGrid-Playground-v0`.
///
/// # Actions
/// `MiniGridAction`; all but `done` have an effect.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; walls and closed
/// doors hide what lies behind. Doors, twelve keys, balls and boxes, and the agent are random.
///
/// # Reward
/// 0 always.
///
/// # Episode end
/// Truncated after 100 steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/playground.py.
struct Playground: MiniGridTask {
  static let seesThroughWalls = false
  static let facts = MiniGrid.agentFacts + [Fact("isCarrying", .category)]

  let rewardRange: ClosedRange<Float> = 0...0
  let width = 19
  let height = 19
  let maximumSteps = 100

  func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    let (roomWidth, roomHeight) = (width / 3, height / 3)
    for row in 0..<3 {
      for column in 0..<3 {
        let (left, top) = (column * roomWidth, row * roomHeight)
        let (right, bottom) = (left + roomWidth, top + roomHeight)
        if column < 2 {
          level.grid.putColumn(x: right, y: top, length: roomHeight)
          let place = MiniGrid.Point(right, level.integer(top + 1, bottom - 1))
          level.grid[place] = MiniGrid.Cell(.door, level.paint(), .closed)
        }
        if row < 2 {
          level.grid.putRow(x: left, y: bottom, length: roomWidth)
          let place = MiniGrid.Point(level.integer(left + 1, right - 1), bottom)
          level.grid[place] = MiniGrid.Cell(.door, level.paint(), .closed)
        }
      }
    }
    level.placeAgent()
    for _ in 0..<12 { level.place(level.thing(kinds: 3)) }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    values[3] = level.carried.kind != .empty ? 1 : 0
  }
}

extension Playground {
  static let listings = [
    MiniGridListing(
      "MiniGrid-Playground-v0", family: "MiniGrid-Playground", file: "Playground.swift",
      upstream: "minigrid/envs/playground.py", task: Playground())
  ]
}
