import EnvironmentKit

/// A box behind a locked door with a ball in the way: `MiniGrid-BlockedUnlockPickup-v0`.
///
/// # Actions
/// `MiniGridAction`; `done` is of no use.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; walls and the
/// closed door hide what lies behind. Agent and key are in the left room, the box is in the right one.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on picking the box up, else 0.
///
/// # Episode end
/// Terminated when the box is picked up, truncated after 576 steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/blockedunlockpickup.py.
struct BlockedUnlockPickup: MiniGridTask {
  static let seesThroughWalls = false
  static let facts = MiniGrid.agentFacts + MiniGrid.targetFacts + MiniGrid.lockFacts
  static let missionPlaces = [MiniGrid.Paint.words]

  let maximumSteps = 576
  private var rooms = MiniGrid.RoomGrid(roomSize: 6, columns: 2, rows: 1)
  private var door = MiniGrid.Point(0, 0)
  private var target = MiniGrid.Cell(.box)

  init() {}

  var width: Int { rooms.width }
  var height: Int { rooms.height }
  var mission: String { "pick up the \(target.words)" }
  func missionWord(_ place: Int) -> Int { target.paintWord }

  mutating func generate(_ level: inout MiniGrid.Level) {
    rooms.build(in: &level)
    let left = MiniGrid.Point(0, 0)
    target = rooms.place(.box, in: MiniGrid.Point(1, 0), &level)
    let (paint, place) = rooms.putDoor(left, .right, isLocked: true, &level)
    level.grid[place.x - 1, place.y] = MiniGrid.Cell(.ball, level.paint())
    rooms.place(MiniGrid.Cell(.key, paint), in: left, &level)
    rooms.placeAgent(in: left, &level)
    door = place
  }

  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {
    if action == .pickup, level.carried.looksLike(target) { level.succeed(&step) }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(level.place(of: target), into: values)
    level.writeLockFacts(door, into: values, at: 5)
  }
}

extension BlockedUnlockPickup {
  static let listings = [
    MiniGridListing(
      "MiniGrid-BlockedUnlockPickup-v0", family: "MiniGrid-BlockedUnlockPickup",
      file: "BlockedUnlockPickup.swift", upstream: "minigrid/envs/blockedunlockpickup.py",
      task: BlockedUnlockPickup())
  ]
}
