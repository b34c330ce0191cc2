import EnvironmentKit

/// Two rooms with a locked door between them, and its key: `MiniGrid-DoorKey-*`.
///
/// # Actions
/// `MiniGridAction`; `drop` and `done` are of no use.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as a 64×64 picture; walls and the
/// closed door hide what lies behind. The agent and the yellow key start anywhere in the left room,
/// the goal lies in the lower right corner.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on reaching the goal, else 0.
///
/// # Episode end
/// Terminated at the goal, truncated after 10 · size² steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/doorkey.py.
struct DoorKey: MiniGridTask {
  static let seesThroughWalls = false
  static let facts =
    MiniGrid.agentFacts + MiniGrid.goalFacts + [
      Fact("keyX"), Fact("keyY"), Fact("doorX"), Fact("doorY"), Fact("hasKey", .category),
      Fact("doorOpen", .category),
    ]

  let size: Int
  private var door = MiniGrid.Point(0, 0)

  init(size: Int) { self.size = size }

  var width: Int { size }
  var height: Int { size }
  var maximumSteps: Int { 10 * size * size }
  var mission: String { "use the key to open the door and then get to the goal" }
  private var goal: MiniGrid.Point { MiniGrid.Point(size - 2, size - 2) }

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    level.grid[goal] = .goal
    let wall = level.integer(2, size - 2)
    level.grid.putColumn(x: wall, y: 0)
    let leftRoom = MiniGrid.Area(width: wall, height: size)
    level.placeAgent(in: leftRoom)
    door = MiniGrid.Point(wall, level.integer(1, size - 2))
    level.grid[door] = MiniGrid.Cell(.door, .yellow, .locked)
    level.place(MiniGrid.Cell(.key, .yellow), in: leftRoom)
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(goal, into: values)
    let key = level.grid.firstPlace(of: .key)
    values[5] = key.map { Float($0.x) } ?? .nan
    values[6] = key.map { Float($0.y) } ?? .nan
    values[7] = Float(door.x)
    values[8] = Float(door.y)
    values[9] = level.carried.kind == .key ? 1 : 0
    values[10] = level.grid[door].state == .open ? 1 : 0
  }
}

extension DoorKey {
  static let listings: [MiniGridListing] = [5, 6, 8, 16].map { size in
    MiniGridListing(
      "MiniGrid-DoorKey-\(size)x\(size)-v0", family: "MiniGrid-DoorKey", file: "DoorKey.swift",
      upstream: "minigrid/envs/doorkey.py", task: DoorKey(size: size),
      factsPolicy: .index { solve($0).rawValue })
  }

  /// Fetches the key, opens the door, passes it, drives to the goal.
  private static func solve(_ facts: UnsafeBufferPointer<Float>) -> MiniGridAction {
    let walker = MiniGrid.Walker(facts)
    let door = MiniGrid.Point(Int(facts[7]), Int(facts[8]))
    let isDoorOpen = facts[10] == 1
    if walker.agent.x > door.x {
      return facts[3] > 0 ? .forward : facts[4] < 0 ? .left : .right
    }
    if !facts[5].isNaN, !isDoorOpen {
      let key = MiniGrid.Point(Int(facts[5]), Int(facts[6]))
      return walker.front == key ? .pickup : walker.go(to: key)
    }
    return walker.front == door && !isDoorOpen ? .toggle : walker.go(to: door)
  }
}
