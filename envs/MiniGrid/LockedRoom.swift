import EnvironmentKit

/// Six rooms along a corridor, the goal in a locked one, its key in another: `MiniGrid-LockedRoom-v0`.
///
/// # Actions
/// `MiniGridAction`; `drop` and `done` are of no use.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; walls and closed
/// doors hide what lies behind. The mission names the colours of the two rooms' doors.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on reaching the goal, else 0.
///
/// # Episode end
/// Terminated at the goal, truncated after 190 steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/lockedroom.py.
struct LockedRoom: MiniGridTask {
  static let seesThroughWalls = false
  static let facts =
    MiniGrid.agentFacts + MiniGrid.goalFacts + [
      Fact("keyX"), Fact("keyY"), Fact("doorX"), Fact("doorY"), Fact("hasKey", .category),
      Fact("doorOpen", .category),
    ]
  static let missionDecides = true
  static let missionPlaces = [
    MiniGrid.Paint.words, MiniGrid.Paint.words, MiniGrid.Paint.words,
  ]

  let width = 19
  let height = 19
  let maximumSteps = 190
  private var goal = MiniGrid.Point(0, 0)
  private var door = MiniGrid.Point(0, 0)
  private var lockedPaint = MiniGrid.Paint.red
  private var keyRoomPaint = MiniGrid.Paint.red

  init() {}

  var mission: String {
    "get the \(lockedPaint) key from the \(keyRoomPaint) room,"
      + " unlock the \(lockedPaint) door and go to the goal"
  }
  func missionWord(_ place: Int) -> Int {
    Int((place == 1 ? keyRoomPaint : lockedPaint).rawValue)
  }
  private var leftWall: Int { width / 2 - 2 }
  private var rightWall: Int { width / 2 + 2 }

  /// Rooms are numbered from the top, left before right.
  private func area(ofRoom room: Int) -> MiniGrid.Area {
    MiniGrid.Area(
      x: room % 2 == 0 ? 0 : rightWall, y: room / 2 * (height / 3), width: leftWall + 1,
      height: height / 3 + 1)
  }

  private func door(ofRoom room: Int) -> MiniGrid.Point {
    MiniGrid.Point(room % 2 == 0 ? leftWall : rightWall, room / 2 * (height / 3) + 3)
  }

  mutating func generate(_ level: inout MiniGrid.Level) {
    buildWalls(&level.grid)
    let locked = level.integer(0, 6)
    goal = level.place(inside: area(ofRoom: locked))
    level.grid[goal] = .goal
    var left = MiniGrid.PaintSet.all
    var paints = InlineArray<6, MiniGrid.Paint>(repeating: .red)
    for room in 0..<6 {
      paints[room] = level.paint(from: &left)
      level.grid[door(ofRoom: room)] = MiniGrid.Cell(
        .door, paints[room], room == locked ? .locked : .closed)
    }
    var keyRoom = level.integer(0, 6)
    while keyRoom == locked { keyRoom = level.integer(0, 6) }
    level.grid[level.place(inside: area(ofRoom: keyRoom))] = MiniGrid.Cell(.key, paints[locked])
    level.placeAgent(
      in: MiniGrid.Area(x: leftWall, y: 0, width: rightWall - leftWall, height: height))
    (door, lockedPaint, keyRoomPaint) = (door(ofRoom: locked), paints[locked], paints[keyRoom])
  }

  private func buildWalls(_ grid: inout MiniGrid.Grid) {
    grid.surround()
    grid.putColumn(x: leftWall, y: 0)
    grid.putColumn(x: rightWall, y: 0)
    for row in 0..<3 {
      let y = row * (height / 3)
      grid.putRow(x: 0, y: y, length: leftWall)
      grid.putRow(x: rightWall, y: y)
    }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(goal, into: values)
    let key = level.grid.firstPlace(of: .key)
    values[5] = key.map { Float($0.x) } ?? .nan
    values[6] = key.map { Float($0.y) } ?? .nan
    (values[7], values[8]) = (Float(door.x), Float(door.y))
    values[9] = level.carried.kind == .key ? 1 : 0
    values[10] = level.grid[door].state == .open ? 1 : 0
  }
}

extension MiniGrid.Level {
  /// Draws any place between an area's walls, whether it is free or not.
  fileprivate mutating func place(inside area: MiniGrid.Area) -> MiniGrid.Point {
    let x = integer(area.origin.x + 1, area.origin.x + area.width - 1)
    return MiniGrid.Point(x, integer(area.origin.y + 1, area.origin.y + area.height - 1))
  }
}

extension LockedRoom {
  static let listings = [
    MiniGridListing(
      "MiniGrid-LockedRoom-v0", family: "MiniGrid-LockedRoom", file: "LockedRoom.swift",
      upstream: "minigrid/envs/lockedroom.py", task: LockedRoom())
  ]
}
