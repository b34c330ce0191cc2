extension MiniGrid {
  /// Square rooms side by side, sharing walls, with places for doors between them.
  ///
  /// Follows minigrid 3.2.0, minigrid/core/roomgrid.py, draw by draw. A room is named by its column
  /// and row, a wall by the direction in which it lies.
  struct RoomGrid: Sendable {
    /// A room's extent, walls included.
    let roomSize: Int
    let columns: Int
    let rows: Int
    private var rooms = InlineArray<9, Room>(repeating: Room())

    /// Tries for a place in a room, one more than the library's limit.
    private static let tries = 1001

    private struct Room: Sendable {
      /// Where the door in the right and in the lower wall stands, or would.
      var rightDoor = Point(0, 0)
      var lowerDoor = Point(0, 0)
      /// A bit a direction: whether there is a door or no wall.
      var ways: UInt8 = 0
      var isLocked = false
    }

    /// - Precondition: there are at most 9 rooms.
    init(roomSize: Int, columns: Int, rows: Int) {
      precondition(columns * rows <= 9, "RoomGrid: \(columns)×\(rows) rooms; give 9 at most")
      self.roomSize = roomSize
      self.columns = columns
      self.rows = rows
    }

    var width: Int { (roomSize - 1) * columns + 1 }
    var height: Int { (roomSize - 1) * rows + 1 }

    private subscript(room: Point) -> Room {
      get { rooms[room.y * columns + room.x] }
      set { rooms[room.y * columns + room.x] = newValue }
    }

    private func area(_ room: Point) -> Area {
      Area(
        x: room.x * (roomSize - 1), y: room.y * (roomSize - 1), width: roomSize, height: roomSize)
    }

    private func hasNeighbor(_ room: Point, _ wall: Direction) -> Bool {
      let other = room + wall.vector
      return other.x >= 0 && other.y >= 0 && other.x < columns && other.y < rows
    }

    private func doorPlace(_ room: Point, _ wall: Direction) -> Point {
      switch wall {
      case .right: self[room].rightDoor
      case .down: self[room].lowerDoor
      case .left: self[room + wall.vector].rightDoor
      case .up: self[room + wall.vector].lowerDoor
      }
    }

    /// Builds closed rooms, draws the doors' places, and puts the agent in the middle.
    mutating func build(in level: inout Level) {
      for y in 0..<rows {
        for x in 0..<columns { level.grid.surround(area(Point(x, y))) }
      }
      for y in 0..<rows {
        for x in 0..<columns { self[Point(x, y)] = drawRoom(Point(x, y), &level) }
      }
      let middle = area(Point(columns / 2, rows / 2)).origin
      level.agent = middle + Point(roomSize / 2, roomSize / 2)
    }

    private func drawRoom(_ place: Point, _ level: inout Level) -> Room {
      let (left, top) = (area(place).origin.x, area(place).origin.y)
      let (right, bottom) = (left + roomSize - 1, top + roomSize - 1)
      var room = Room()
      if place.x < columns - 1 { room.rightDoor = Point(right, level.integer(top + 1, bottom)) }
      if place.y < rows - 1 { room.lowerDoor = Point(level.integer(left + 1, right), bottom) }
      return room
    }

    /// Puts a thing into a room, not right next to the agent.
    func place(_ thing: Cell, in room: Point, _ level: inout Level) {
      level.place(thing, in: area(room), tries: Self.tries) { level, place in
        level.agent.distance(to: place) < 2
      }
    }

    /// Puts a thing of a drawn colour into a room.
    func place(_ kind: Kind, in room: Point, _ level: inout Level) -> Cell {
      let thing = Cell(kind, level.paint())
      place(thing, in: room, &level)
      return thing
    }

    /// Puts a door into a wall.
    ///
    /// - Parameter paint: its colour; nil draws one.
    /// - Returns: the door's colour and place.
    mutating func putDoor(
      _ room: Point, _ wall: Direction, paint: Paint? = nil, isLocked: Bool, _ level: inout Level
    ) -> (paint: Paint, place: Point) {
      let paint = paint ?? level.paint()
      let place = doorPlace(room, wall)
      level.grid[place] = Cell(.door, paint, isLocked ? .locked : .closed)
      self[room].isLocked = isLocked
      connect(room, wall)
      return (paint, place)
    }

    /// Takes the wall between two rooms away.
    mutating func removeWall(_ room: Point, _ wall: Direction, _ level: inout Level) {
      let (x, y) = (area(room).origin.x, area(room).origin.y)
      for offset in 1..<roomSize - 1 {
        switch wall {
        case .right: level.grid[x + roomSize - 1, y + offset] = .empty
        case .down: level.grid[x + offset, y + roomSize - 1] = .empty
        case .left: level.grid[x, y + offset] = .empty
        case .up: level.grid[x + offset, y] = .empty
        }
      }
      connect(room, wall)
    }

    private mutating func connect(_ room: Point, _ wall: Direction) {
      self[room].ways |= 1 << wall.rawValue
      self[room + wall.vector].ways |= 1 << wall.clockwise.clockwise.rawValue
    }

    private func isConnected(_ room: Point, _ wall: Direction) -> Bool {
      self[room].ways >> wall.rawValue & 1 == 1
    }

    /// Places the agent in a room, looking at nothing or at a wall.
    func placeAgent(in room: Point, _ level: inout Level) {
      repeat {
        level.placeAgent(in: area(room))
      } while level.grid[level.front].kind != .empty && level.grid[level.front].kind != .wall
    }

    /// Adds unlocked doors until the agent can reach every room; locked doors count as ways.
    mutating func connectAll(_ level: inout Level) {
      let start = Point(level.agent.x / (roomSize - 1), level.agent.y / (roomSize - 1))
      while reachedRooms(from: start).nonzeroBitCount < columns * rows {
        let room = Point(level.integer(0, columns), level.integer(0, rows))
        let wall = Direction(rawValue: UInt8(level.integer(0, 4))) ?? .right
        guard hasNeighbor(room, wall), !isConnected(room, wall), !self[room].isLocked,
          !self[room + wall.vector].isLocked
        else { continue }
        _ = putDoor(room, wall, isLocked: false, &level)
      }
    }

    /// A bit a room.
    private func reachedRooms(from start: Point) -> UInt16 {
      var reached: UInt16 = 1 << UInt16(start.y * columns + start.x)
      var before: UInt16 = 0
      while reached != before {
        before = reached
        for index in 0..<columns * rows where reached >> UInt16(index) & 1 == 1 {
          let room = Point(index % columns, index / columns)
          for wall in Direction.allCases where isConnected(room, wall) {
            let other = room + wall.vector
            reached |= 1 << UInt16(other.y * columns + other.x)
          }
        }
      }
      return reached
    }
  }
}
