import EnvironmentKit

/// A locked door to be opened with the key that lies in the same room: `MiniGrid-Unlock-v0`.
///
/// # Actions
/// `MiniGridAction`; `drop` and `done` are of no use.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; walls and the
/// closed door hide what lies behind. Door, key and agent are random.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on opening the door, else 0.
///
/// # Episode end
/// Terminated when the door opens, truncated after 288 steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/unlock.py.
struct Unlock: MiniGridTask {
  static let seesThroughWalls = false
  static let facts = MiniGrid.agentFacts + MiniGrid.lockFacts

  let maximumSteps = 288
  let mission = "open the door"
  private var rooms = MiniGrid.RoomGrid(roomSize: 6, columns: 2, rows: 1)
  private var door = MiniGrid.Point(0, 0)

  init() {}

  var width: Int { rooms.width }
  var height: Int { rooms.height }

  mutating func generate(_ level: inout MiniGrid.Level) {
    rooms.build(in: &level)
    let left = MiniGrid.Point(0, 0)
    let (paint, place) = rooms.putDoor(left, .right, isLocked: true, &level)
    rooms.place(MiniGrid.Cell(.key, paint), in: left, &level)
    rooms.placeAgent(in: left, &level)
    door = place
  }

  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {
    if action == .toggle, level.grid[door].state == .open { level.succeed(&step) }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writeLockFacts(door, into: values, at: 3)
  }
}

extension Unlock {
  static let listings = [
    MiniGridListing(
      "MiniGrid-Unlock-v0", family: "MiniGrid-Unlock", file: "Unlock.swift",
      upstream: "minigrid/envs/unlock.py", task: Unlock())
  ]
}
