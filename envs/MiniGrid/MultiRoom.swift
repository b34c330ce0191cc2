import EnvironmentKit

/// A chain of rooms with closed doors between them, the goal in the last one: `MiniGrid-MultiRoom-*`.
///
/// # Actions
/// `MiniGridAction`; `left`, `right`, `forward` and `toggle` matter.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; walls and closed
/// doors hide what lies behind. Rooms, doors, agent and goal are random.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on reaching the goal, else 0.
///
/// # Episode end
/// Terminated at the goal, truncated after 20 steps a room.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/multiroom.py. `N4-S5-v0` has six rooms there too.
struct MultiRoom: MiniGridTask {
  static let seesThroughWalls = false
  static let facts = MiniGrid.agentFacts + MiniGrid.goalFacts + [Fact("closedDoors")]

  let rooms: Int
  /// The greatest extent of a room, walls included; the least is 4.
  let largestRoom: Int
  let width = 25
  let height = 25
  let mission = "traverse the rooms to get to the goal"
  private var goal: MiniGrid.Point?
  private var doors = InlineArray<8, MiniGrid.Point>(repeating: MiniGrid.Point(0, 0))

  /// - Parameter rooms: at most 9.
  init(rooms: Int, largestRoom: Int) {
    precondition(1...9 ~= rooms, "MultiRoom: \(rooms) rooms; give 1...9")
    self.rooms = rooms
    self.largestRoom = largestRoom
  }

  var maximumSteps: Int { 20 * rooms }

  mutating func generate(_ level: inout MiniGrid.Level) {
    let chain = drawChain(&level)
    build(chain, &level)
    level.placeAgent(in: chain.rooms[0].area)
    goal = level.place(.goal, in: chain.rooms[chain.count - 1].area)
  }

  /// Draws walls and doors; two doors in a row differ in colour.
  private mutating func build(_ chain: Chain, _ level: inout MiniGrid.Level) {
    var last: MiniGrid.Paint?
    for number in 0..<chain.count {
      let room = chain.rooms[number]
      level.grid.surround(room.area)
      guard number > 0 else { continue }
      var left = MiniGrid.PaintSet.all
      if let last { left.remove(last) }
      let paint = level.paint(from: &left)
      level.grid[room.entry] = MiniGrid.Cell(.door, paint, .closed)
      doors[number - 1] = room.entry
      last = paint
    }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(goal, into: values)
    var closed = 0
    for index in 0..<rooms - 1 where level.grid[doors[index]].state == .closed { closed += 1 }
    values[5] = Float(closed)
  }
}

extension MultiRoom {
  /// A room of the chain, with the place of the door into it.
  private struct Room {
    var area = MiniGrid.Area(width: 0, height: 0)
    var entry = MiniGrid.Point(0, 0)
  }

  /// Rooms in a row.
  private struct Chain {
    var rooms = InlineArray<9, Room>(repeating: Room())
    var count = 0

    mutating func append(_ room: Room) {
      rooms[count] = room
      count += 1
    }
  }

  /// Tries chains until one has all rooms.
  private func drawChain(_ level: inout MiniGrid.Level) -> Chain {
    var chain = Chain()
    while chain.count < rooms {
      var trial = Chain()
      let start = MiniGrid.Point(level.integer(0, width - 2), level.integer(0, width - 2))
      _ = extend(&trial, left: rooms, from: start, .left, &level)
      if trial.count > chain.count { chain = trial }
    }
    return chain
  }

  /// Adds a room with its door at a place of one of its walls, and goes on from there.
  ///
  /// - Returns: whether the room itself could be added.
  private func extend(
    _ chain: inout Chain, left: Int, from entry: MiniGrid.Point, _ wall: MiniGrid.Direction,
    _ level: inout MiniGrid.Level
  ) -> Bool {
    let area = drawArea(entry, wall, isFirst: chain.count == 0, &level)
    guard fits(area, chain) else { return false }
    chain.append(Room(area: area, entry: entry))
    if left == 1 { return true }
    for _ in 0..<8 {
      let exit = drawExitWall(besides: wall, &level)
      let door = drawDoor(area, exit, &level)
      if extend(&chain, left: left - 1, from: door, exit.clockwise.clockwise, &level) { break }
    }
    return true
  }

  private func drawArea(
    _ entry: MiniGrid.Point, _ wall: MiniGrid.Direction, isFirst: Bool,
    _ level: inout MiniGrid.Level
  ) -> MiniGrid.Area {
    let (width, height) = (
      level.integer(4, largestRoom + 1), level.integer(4, largestRoom + 1)
    )
    var (x, y) = (entry.x, entry.y)
    if !isFirst {
      switch wall {
      case .right, .left: y = level.integer(y - height + 2, y)
      case .down, .up: x = level.integer(x - width + 2, x)
      }
      if wall == .right { x += 1 - width }
      if wall == .down { y += 1 - height }
    }
    return MiniGrid.Area(x: x, y: y, width: width, height: height)
  }

  /// The last room may touch the new one: they share the door's wall.
  private func fits(_ area: MiniGrid.Area, _ chain: Chain) -> Bool {
    let (left, top) = (area.origin.x, area.origin.y)
    let (right, bottom) = (left + area.width, top + area.height)
    guard left >= 0, top >= 0, right <= width, bottom < height else { return false }
    return (0..<max(0, chain.count - 1)).allSatisfy { index in
      let other = chain.rooms[index].area
      return right < other.origin.x || other.origin.x + other.width <= left
        || bottom < other.origin.y || other.origin.y + other.height <= top
    }
  }

  private func drawExitWall(
    besides entry: MiniGrid.Direction, _ level: inout MiniGrid.Level
  ) -> MiniGrid.Direction {
    let drawn = UInt8(level.integer(0, 3))
    return MiniGrid.Direction(rawValue: drawn < entry.rawValue ? drawn : drawn + 1) ?? .right
  }

  private func drawDoor(
    _ area: MiniGrid.Area, _ wall: MiniGrid.Direction, _ level: inout MiniGrid.Level
  ) -> MiniGrid.Point {
    let isUpright = wall == .right || wall == .left
    let along = level.integer(1, (isUpright ? area.height : area.width) - 1)
    return switch wall {
    case .right: area.origin + MiniGrid.Point(area.width - 1, along)
    case .down: area.origin + MiniGrid.Point(along, area.height - 1)
    case .left: area.origin + MiniGrid.Point(0, along)
    case .up: area.origin + MiniGrid.Point(along, 0)
    }
  }
}

extension MultiRoom {
  static let listings = [
    ("N2-S4-v0", 2, 4), ("N4-S5-v0", 6, 5), ("N4-S5-v1", 4, 5), ("N6-v0", 6, 10),
  ].map { name, rooms, largest in
    MiniGridListing(
      "MiniGrid-MultiRoom-\(name)", family: "MiniGrid-MultiRoom", file: "MultiRoom.swift",
      upstream: "minigrid/envs/multiroom.py", task: MultiRoom(rooms: rooms, largestRoom: largest))
  }
}
