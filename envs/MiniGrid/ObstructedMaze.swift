import EnvironmentKit

/// A blue ball in a maze of locked and blocked doors: `MiniGrid-ObstructedMaze-*`.
///
/// In the names, `l` means locked doors, `h` keys hidden in boxes, `b` doors blocked by balls, all three
/// in those of quarters (`Q`) and in `Full`.
///
/// # Actions
/// `MiniGridAction`; `done` is of no use.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; walls and closed
/// doors hide what lies behind.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on picking the blue ball up, else 0.
///
/// # Episode end
/// Terminated when the blue ball is picked up, truncated after 144 steps for each of the rooms that the
/// library counts as visited.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/obstructedmaze.py and obstructedmaze_v1.py. In the `v0` worlds a ball
/// may take the place of a key, so that a level cannot be solved; in `v1` keys are placed last.
struct ObstructedMaze: MiniGridTask {
  /// The rooms, and where the agent starts.
  enum Plan: Sendable {
    /// Two rooms and a door.
    case twoRooms
    /// Three by three rooms, doors around so many of the four middle ones; `keysLast` as in `v1`.
    case nineRooms(start: MiniGrid.Point, quarters: Int, keysLast: Bool)
  }

  static let seesThroughWalls = false
  static let facts = MiniGrid.agentFacts + MiniGrid.targetFacts + [Fact("hasKey", .category)]
  private static let target = MiniGrid.Cell(.ball, .blue)
  private static let blockingBall = MiniGrid.Cell(.ball, .green)

  let plan: Plan
  let hidesKeys: Bool
  let blocksDoors: Bool
  let maximumSteps: Int
  let mission = "pick up the blue ball"
  private var rooms: MiniGrid.RoomGrid
  /// The colours in drawn order.
  private var paints = InlineArray<6, MiniGrid.Paint>(repeating: .red)

  init(_ plan: Plan, hidesKeys: Bool, blocksDoors: Bool, visitedRooms: Int) {
    self.plan = plan
    self.hidesKeys = hidesKeys
    self.blocksDoors = blocksDoors
    maximumSteps = 144 * visitedRooms
    rooms =
      switch plan {
      case .twoRooms: MiniGrid.RoomGrid(roomSize: 6, columns: 2, rows: 1)
      case .nineRooms: MiniGrid.RoomGrid(roomSize: 6, columns: 3, rows: 3)
      }
  }

  var width: Int { rooms.width }
  var height: Int { rooms.height }

  mutating func generate(_ level: inout MiniGrid.Level) {
    rooms.build(in: &level)
    var left = MiniGrid.PaintSet.all
    for index in 0..<6 { paints[index] = level.paint(from: &left) }
    switch plan {
    case .twoRooms:
      let start = MiniGrid.Point(0, 0)
      putLockedDoor(start, .right, paints[0], &level)
      placeKey(in: start, paints[0], &level)
      rooms.place(Self.target, in: MiniGrid.Point(1, 0), &level)
      rooms.placeAgent(in: start, &level)
    case .nineRooms(let start, let quarters, let keysLast):
      for index in 0..<quarters { buildQuarter(index, keysLast, &level) }
      let corner = [(2, 0), (2, 2), (0, 2), (0, 0)][level.integer(0, quarters)]
      rooms.place(Self.target, in: MiniGrid.Point(corner.0, corner.1), &level)
      rooms.placeAgent(in: start, &level)
    }
  }

  /// Doors from the middle to a side, and from there to both corners.
  private mutating func buildQuarter(
    _ index: Int, _ keysLast: Bool, _ level: inout MiniGrid.Level
  ) {
    let middle = MiniGrid.Point(1, 1)
    let wall = MiniGrid.Direction.allCases[index]
    let side = middle + wall.vector
    _ = rooms.putDoor(middle, wall, paint: paints[index], isLocked: false, &level)
    let ways = [
      (wall.counterclockwise, paints[(index + 5) % 6]), (wall.clockwise, paints[(index + 1) % 6]),
    ]
    for (way, paint) in ways {
      putLockedDoor(side, way, paint, &level)
      if !keysLast { placeKey(in: side, paint, &level) }
    }
    if keysLast { for (_, paint) in ways { placeKey(in: side, paint, &level) } }
  }

  private mutating func putLockedDoor(
    _ room: MiniGrid.Point, _ wall: MiniGrid.Direction, _ paint: MiniGrid.Paint,
    _ level: inout MiniGrid.Level
  ) {
    let place = rooms.putDoor(room, wall, paint: paint, isLocked: true, &level).place
    if blocksDoors { level.grid[place - wall.vector] = Self.blockingBall }
  }

  private func placeKey(
    in room: MiniGrid.Point, _ paint: MiniGrid.Paint, _ level: inout MiniGrid.Level
  ) {
    let key = MiniGrid.Cell(.key, paint)
    rooms.place(hidesKeys ? .box(.grey, containing: key) : key, in: room, &level)
  }

  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {
    if action == .pickup, level.carried.looksLike(Self.target) { level.succeed(&step) }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(level.place(of: Self.target), into: values)
    values[5] = level.carried.kind == .key ? 1 : 0
  }
}

extension ObstructedMaze {
  private static let middle = MiniGrid.Point(1, 1)
  private static let right = MiniGrid.Point(2, 1)

  static let listings: [MiniGridListing] =
    [
      listing("1Dl-v0", .twoRooms, hidesKeys: false, blocksDoors: false, visitedRooms: 2),
      listing("1Dlh-v0", .twoRooms, blocksDoors: false, visitedRooms: 2),
      listing("1Dlhb-v0", .twoRooms, visitedRooms: 2),
      listing("2Dl-v0", quarters(right, 1), hidesKeys: false, blocksDoors: false, visitedRooms: 4),
      listing("2Dlh-v0", quarters(right, 1), blocksDoors: false, visitedRooms: 4),
    ]
    + [("v0", false), ("v1", true)].flatMap { version, keysLast in
      [
        listing("2Dlhb-\(version)", quarters(right, 1, keysLast), visitedRooms: 4),
        listing("1Q-\(version)", quarters(middle, 1, keysLast), visitedRooms: 5),
        listing("2Q-\(version)", quarters(right, 2, keysLast), visitedRooms: 11),
        listing("Full-\(version)", quarters(middle, 4, keysLast), visitedRooms: 25),
      ]
    }

  private static func quarters(
    _ start: MiniGrid.Point, _ count: Int, _ keysLast: Bool = false
  ) -> Plan {
    .nineRooms(start: start, quarters: count, keysLast: keysLast)
  }

  private static func listing(
    _ name: String, _ plan: Plan, hidesKeys: Bool = true, blocksDoors: Bool = true,
    visitedRooms: Int
  ) -> MiniGridListing {
    let isLater = name.hasSuffix("v1")
    return MiniGridListing(
      "MiniGrid-ObstructedMaze-\(name)", family: "MiniGrid-ObstructedMaze",
      file: "ObstructedMaze.swift",
      upstream: "minigrid/envs/obstructedmaze\(isLater ? "_v1" : "").py",
      task: ObstructedMaze(
        plan, hidesKeys: hidesKeys, blocksDoors: blocksDoors, visitedRooms: visitedRooms))
  }
}
