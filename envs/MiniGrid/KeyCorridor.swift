import EnvironmentKit

/// A corridor between rooms, a ball locked in one of them, the key in another: `MiniGrid-KeyCorridor*`.
///
/// # Actions
/// `MiniGridAction`; `done` is of no use.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; walls and closed
/// doors hide what lies behind. The agent is in the corridor, the key to its left, the ball to its right.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on picking the ball up, else 0.
///
/// # Episode end
/// Terminated when the ball is picked up, truncated after 30 · room size² steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/keycorridor.py.
struct KeyCorridor: MiniGridTask {
  static let seesThroughWalls = false
  static let facts = MiniGrid.agentFacts + MiniGrid.targetFacts + MiniGrid.lockFacts
  static let missionPlaces = [MiniGrid.Paint.words]

  private var rooms: MiniGrid.RoomGrid
  private var door = MiniGrid.Point(0, 0)
  private var target = MiniGrid.Cell(.ball)

  init(roomSize: Int, rows: Int) {
    rooms = MiniGrid.RoomGrid(roomSize: roomSize, columns: 3, rows: rows)
  }

  var width: Int { rooms.width }
  var height: Int { rooms.height }
  var maximumSteps: Int { 30 * rooms.roomSize * rooms.roomSize }
  var mission: String { "pick up the \(target.words)" }
  func missionWord(_ place: Int) -> Int { target.paintWord }

  mutating func generate(_ level: inout MiniGrid.Level) {
    rooms.build(in: &level)
    for row in 1..<max(1, rooms.rows) {
      rooms.removeWall(MiniGrid.Point(1, row), .up, &level)
    }
    let locked = MiniGrid.Point(2, level.integer(0, rooms.rows))
    let (paint, place) = rooms.putDoor(locked, .left, isLocked: true, &level)
    target = rooms.place(.ball, in: locked, &level)
    let keyRoom = MiniGrid.Point(0, level.integer(0, rooms.rows))
    rooms.place(MiniGrid.Cell(.key, paint), in: keyRoom, &level)
    rooms.placeAgent(in: MiniGrid.Point(1, rooms.rows / 2), &level)
    rooms.connectAll(&level)
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

extension KeyCorridor {
  static let listings = [(3, 1), (3, 2), (3, 3), (4, 3), (5, 3), (6, 3)].map { size, rows in
    MiniGridListing(
      "MiniGrid-KeyCorridorS\(size)R\(rows)-v0", family: "MiniGrid-KeyCorridor",
      file: "KeyCorridor.swift", upstream: "minigrid/envs/keycorridor.py",
      task: KeyCorridor(roomSize: size, rows: rows))
  }
}
