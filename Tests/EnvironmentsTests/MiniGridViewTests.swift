import EnvironmentKit
import Environments
import MiniGridWorlds
import Randomness
import Testing

/// A room drawn with letters: `#` wall, `.` empty, `D` closed door, `O` open door, `K` key, and the
/// agent as `>`, `v`, `<` or `^`.
private struct Plan: MiniGridTask {
  static let seesThroughWalls = false
  static let facts: [Fact] = []
  static let looks: [Character: MiniGrid.Direction] = [
    ">": .right, "v": .down, "<": .left, "^": .up,
  ]
  static let letters: [Character: MiniGrid.Cell] = [
    "#": .wall, "D": .init(.door, .red, .closed), "O": .init(.door, .red, .open),
    "K": .init(.key, .blue), ".": .empty, "G": .goal,
  ]

  let rows: [[Character]]
  let maximumSteps = 100
  var width: Int { rows[0].count }
  var height: Int { rows.count }

  init(_ text: String) { rows = text.split(separator: "\n").map(Array.init) }

  mutating func generate(_ level: inout MiniGrid.Level) {
    for (y, row) in rows.enumerated() {
      for (x, letter) in row.enumerated() {
        level.grid[x, y] = Self.letters[letter] ?? .empty
        guard let direction = Self.looks[letter] else { continue }
        (level.agent, level.direction) = (MiniGrid.Point(x, y), direction)
      }
    }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {}

  func world(_ observation: ObservationKind = .symbols) -> MiniGridWorld<Plan> {
    MiniGridWorld("Plan", self, observation: observation)
  }

  /// The view as text, `?` where nothing is seen, the agent's own cell as `A`.
  func view() -> String {
    let view = world().level.view
    let lines = (0..<7).map { y in
      String((0..<7).map { x in view.sees(x, y) ? Self.letter(view[x, y], x, y) : "?" })
    }
    return lines.joined(separator: "\n")
  }

  private static func letter(_ cell: MiniGrid.Cell, _ x: Int, _ y: Int) -> Character {
    if x == MiniGrid.View.agent.x, y == MiniGrid.View.agent.y { return "A" }
    return letters.first { $0.value == cell }?.key ?? "!"
  }
}

@Suite("MiniGrid's views and pictures")
struct MiniGridViewTests {
  private static let unseen = "???????\n"
  private static let behind = "?##D##?\n?#...#?\n?#.A.#?"
  private static let beyond = "?#####?\n?#...#?\n?#...#?\n?##O##?\n?#...#?\n?#.A.#?"

  @Test(
    "a closed door hides the next room, an open one shows it",
    arguments: [
      ("D", String(repeating: unseen, count: 4) + behind), ("O", unseen + beyond),
    ])
  func occlusion(door: String, want: String) {
    let plan = "#######\n#..#..#\n#>.\(door)..#\n#..#..#\n#######"
    #expect(Plan(plan).view() == want)
  }

  private static let turns = [
    (">", "?#####?\n" + String(repeating: "?#...#?\n", count: 5) + "?#.A.#?"),
    ("<", String(repeating: unseen, count: 3) + "?#####?\n?#...#?\n?#.K.#?\n?#.A.#?"),
    ("^", String(repeating: unseen, count: 4) + "#######\n#......\n#.KA..."),
    ("v", String(repeating: unseen, count: 4) + "#######\n......#\n...AK.#"),
  ]

  @Test("the view of a wide grid is turned so that the agent looks up", arguments: turns)
  func turned(agent: String, want: String) {
    let plan = "##########\n#........#\n#.K\(agent).....#\n#........#\n##########"
    #expect(Plan(plan).view() == want)
  }

  @Test("what is seen in random mazes is what the rule says, cell by cell")
  func randomMazes() {
    var random = RandomStream(root: 1, name: "mazes")
    for _ in 0..<300 {
      var level = MiniGrid.Level(width: 9, height: 5, maximumSteps: 1, seesThroughWalls: false)
      for _ in 0..<18 {
        let cell: MiniGrid.Cell = random.choice([.wall, .init(.door, .red, .closed), .wall])
        level.grid[random.integers(in: 0..<9), random.integers(in: 0..<5)] = cell
      }
      level.placeAgent()
      let view = level.view
      let want = visibleByRule(level)
      let got = (0..<7).map { y in (0..<7).map { x in view.sees(x, y) } }
      #expect(got == want)
    }
  }

  /// The library's rule as written down: rows away from the agent, first rightwards, then leftwards.
  private func visibleByRule(_ level: MiniGrid.Level) -> [[Bool]] {
    var mask = Array(repeating: Array(repeating: false, count: 7), count: 7)
    mask[6][3] = true
    for y in stride(from: 6, through: 0, by: -1) {
      for (columns, side) in [(Array(0..<6), 1), (Array((1..<7).reversed()), -1)] {
        for x in columns where mask[y][x] && level.grid[level.place(seenAt: x, y)].isSeeThrough {
          mask[y][x + side] = true
          if y > 0 { (mask[y - 1][x + side], mask[y - 1][x]) = (true, true) }
        }
      }
    }
    return mask
  }

  @Test("the agent sees what it carries in its own cell")
  func carriedIsSeen() {
    var world = Plan("#####\n#>K.#\n#####").world()
    _ = world.step(.pickup)
    #expect(world.level.view[3, 6] == MiniGrid.Cell(.key, .blue))
  }

  @Test("the fully observable view is the grid, column by column, with the agent in its cell")
  func fullyObservable() {
    let level = Plan("#####\n#v.G#\n#####").world().level
    let bytes = level.grid.encoded(agent: level.agent, level.direction)
    let columns = (0..<5).map { Array(bytes[$0 * 9..<($0 + 1) * 9]) }
    let wall: [UInt8] = [2, 5, 0]
    #expect(columns[0] == wall + wall + wall)
    #expect(columns[1] == wall + [10, 0, 1] + wall)
    #expect(columns[2] == wall + [1, 0, 0] + wall)
    #expect(columns[3] == wall + [8, 1, 0] + wall)
  }

  @Test("the 64×64 picture shows the view in tiles of 9 pixels, what is hidden unlit")
  func pixels() {
    let bytes = observation(
      of: Plan("#######\n#..#G.#\n#>.D..#\n#..#..#\n#######").world(.pixels64))
    let picture = Frame(width: 64, height: 64, pixels: bytes)
    #expect(picture[3 * 9 + 4, 6 * 9 + 4] == Color(255, 76, 76))  // the agent, lit by 30 %
    #expect(picture[1 * 9 + 4, 6 * 9 + 4] == Color(146, 146, 146))  // a wall, lit
    #expect(picture[2 * 9 + 4, 3 * 9 + 4] == .black)  // the goal, hidden
    #expect((0..<64).allSatisfy { picture[63, $0] == .black && picture[$0, 63] == .black })
  }

  @Test("a wide grid is drawn upright, in whole tiles, in the middle of any canvas")
  func wideDrawing() {
    let world = Plan("#####\n#>.G#\n#####").world()
    var frame = Frame(width: 60, height: 60, filledWith: .white)
    frame.withCanvas { world.draw(into: $0) }
    #expect(frame[30, 11] == .black && frame[30, 48] == .black)
    #expect(frame[0, 12] == Color(100, 100, 100))
    #expect(frame[3 * 12 + 6, 12 + 12 + 6] == Color(76, 255, 76))
    #expect(frame[12 + 5, 12 + 12 + 6] == Color(255, 76, 76))
  }

  @Test("any size can be drawn", arguments: [1, 2, 7, 8, 31, 100])
  func anySize(size: Int) {
    let world = Plan("#####\n#>.G#\n#####").world()
    var frame = Frame(width: size, height: 2 * size + 1, filledWith: .white)
    frame.withCanvas { world.draw(into: $0) }
    #expect(!frame.pixels.isEmpty)
    #expect(frame.pixels.contains { $0 != 0 })
  }
}
