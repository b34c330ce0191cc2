import EnvironmentKit
import Randomness

/// Rivers of lava, or walls, each with one opening: `MiniGrid-LavaCrossing*`, `MiniGrid-SimpleCrossing*`.
///
/// # Actions
/// `MiniGridAction`; only `left`, `right` and `forward` matter.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; walls hide what
/// lies behind. The agent starts in the upper left corner, the goal lies in the lower right one.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on reaching the goal, else 0.
///
/// # Episode end
/// Terminated at the goal and in lava, truncated after 4 · size² steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/crossing.py.
struct Crossing: DeadlyTask {
  static let seesThroughWalls = false
  static let facts = MiniGrid.agentFacts + MiniGrid.goalFacts

  /// An odd number.
  let size: Int
  /// How many rivers are crossed.
  let crossings: Int
  /// `.lava` or `.wall`.
  let obstacle: MiniGrid.Cell

  /// All places for rivers, in the order last drawn; kept so that a reset needs no memory.
  private var rivers: [River]
  /// Which kind of river is crossed first, second and so on; kept likewise.
  private var crossesColumn: [Bool]

  init(size: Int, crossings: Int, obstacle: MiniGrid.Cell) {
    self.size = size
    self.crossings = crossings
    self.obstacle = obstacle
    rivers = Array(repeating: River(isColumn: true, place: 0), count: size - 3)
    crossesColumn = Array(repeating: true, count: crossings)
  }

  var width: Int { size }
  var height: Int { size }
  var maximumSteps: Int { 4 * size * size }
  var mission: String {
    obstacle.kind == .lava
      ? "avoid the lava and get to the green goal square"
      : "find the opening and get to the green goal square"
  }
  private var goal: MiniGrid.Point { MiniGrid.Point(size - 2, size - 2) }

  private struct River {
    let isColumn: Bool
    let place: Int
  }

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    level.agent = MiniGrid.Point(1, 1)
    level.grid[goal] = .goal
    let (columns, rows) = drawRivers(&level)
    for place in 0..<size {
      if columns >> UInt64(place) & 1 == 1 {
        level.grid.putColumn(x: place, y: 1, length: size - 2, obstacle)
      }
      if rows >> UInt64(place) & 1 == 1 {
        level.grid.putRow(x: 1, y: place, length: size - 2, obstacle)
      }
    }
    open(columns, rows, &level)
  }

  /// Draws where the rivers are.
  ///
  /// - Returns: a bit a column and a bit a row.
  private mutating func drawRivers(_ level: inout MiniGrid.Level) -> (UInt64, UInt64) {
    let half = rivers.count / 2
    for index in rivers.indices {
      rivers[index] = River(isColumn: index < half, place: 2 + 2 * (index % half))
    }
    level.random.shuffle(&rivers)
    var (columns, rows): (UInt64, UInt64) = (0, 0)
    for river in rivers.prefix(crossings) {
      let bit: UInt64 = 1 << UInt64(river.place)
      if river.isColumn { columns |= bit } else { rows |= bit }
    }
    return (columns, rows)
  }

  /// Makes an opening in each river along one random way through the fields between them.
  private mutating func open(_ columns: UInt64, _ rows: UInt64, _ level: inout MiniGrid.Level) {
    for index in crossesColumn.indices { crossesColumn[index] = index < columns.nonzeroBitCount }
    level.random.shuffle(&crossesColumn)
    var (column, row) = (0, 0)
    for isColumn in crossesColumn {
      let (nextColumn, nextRow) = (next(columns, after: column), next(rows, after: row))
      if isColumn {
        level.grid[nextColumn, level.integer(row + 1, nextRow)] = .empty
        column = nextColumn
      } else {
        level.grid[level.integer(column + 1, nextColumn), nextRow] = .empty
        row = nextRow
      }
    }
  }

  /// The next river, or the wall at the end.
  private func next(_ rivers: UInt64, after place: Int) -> Int {
    min(size - 1, (rivers & (UInt64.max << UInt64(place + 1))).trailingZeroBitCount)
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(goal, into: values)
  }
}

extension Crossing {
  static let listings = listings("LavaCrossing", .lava) + listings("SimpleCrossing", .wall)

  private static func listings(_ name: String, _ obstacle: MiniGrid.Cell) -> [MiniGridListing] {
    [(9, 1), (9, 2), (9, 3), (11, 5)].map { size, crossings in
      MiniGridListing(
        "MiniGrid-\(name)S\(size)N\(crossings)-v0", family: "MiniGrid-\(name)",
        file: "Crossing.swift", upstream: "minigrid/envs/crossing.py",
        task: Crossing(size: size, crossings: crossings, obstacle: obstacle))
    }
  }
}
