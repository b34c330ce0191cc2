import EnvironmentKit

/// A room with a red and a blue door, to be opened in this order: `MiniGrid-RedBlueDoors-*`.
///
/// # Actions
/// `MiniGridAction`; `left`, `right`, `forward` and `toggle` matter.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; walls and closed
/// doors hide what lies behind. The red door is in the left wall of the room, the blue one in the right.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on opening the blue door while the red one is open, else 0.
///
/// # Episode end
/// Terminated when the blue door is opened, truncated after 20 · size² steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/redbluedoors.py.
struct RedBlueDoors: MiniGridTask {
  static let seesThroughWalls = false
  static let facts =
    MiniGrid.agentFacts + [
      Fact("redAhead"), Fact("redRight"), Fact("blueAhead"), Fact("blueRight"),
      Fact("redOpen", .category), Fact("blueOpen", .category),
    ]

  let size: Int
  let mission = "open the red door then the blue door"
  private var red = MiniGrid.Point(0, 0)
  private var blue = MiniGrid.Point(0, 0)
  private var wasRedOpen = false

  init(size: Int) { self.size = size }

  var width: Int { 2 * size }
  var height: Int { size }
  var maximumSteps: Int { 20 * size * size }

  mutating func generate(_ level: inout MiniGrid.Level) {
    let room = MiniGrid.Area(x: size / 2, y: 0, width: size, height: size)
    level.grid.surround()
    level.grid.surround(room)
    level.placeAgent(in: room)
    red = MiniGrid.Point(size / 2, level.integer(1, size - 1))
    level.grid[red] = MiniGrid.Cell(.door, .red, .closed)
    blue = MiniGrid.Point(size / 2 + size - 1, level.integer(1, size - 1))
    level.grid[blue] = MiniGrid.Cell(.door, .blue, .closed)
  }

  mutating func willAct(_ action: inout MiniGridAction, in level: inout MiniGrid.Level) {
    wasRedOpen = level.grid[red].state == .open
  }

  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {
    guard level.grid[blue].state == .open else { return }
    if wasRedOpen { level.succeed(&step) } else { step.terminated = true }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(red, into: values, at: 3)
    level.writePlaceFacts(blue, into: values, at: 5)
    values[7] = level.grid[red].state == .open ? 1 : 0
    values[8] = level.grid[blue].state == .open ? 1 : 0
  }
}

extension RedBlueDoors {
  static let listings = [6, 8].map { size in
    MiniGridListing(
      "MiniGrid-RedBlueDoors-\(size)x\(size)-v0", family: "MiniGrid-RedBlueDoors",
      file: "RedBlueDoors.swift", upstream: "minigrid/envs/redbluedoors.py",
      task: RedBlueDoors(size: size))
  }
}
