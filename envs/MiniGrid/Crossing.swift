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
    let isVertical: Bool
    let place: Int
  }

  func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    level.agent = MiniGrid.Point(1, 1)
    level.grid[goal] = .goal
    let rivers = drawRivers(&level)
    let columns = rivers.filter(\.isVertical).map(\.place).sorted()
    let rows = rivers.filter { !$0.isVertical }.map(\.place).sorted()
    for x in columns { level.grid.putColumn(x: x, y: 1, length: size - 2, obstacle) }
    for y in rows { level.grid.putRow(x: 1, y: y, length: size - 2, obstacle) }
    open(columns, rows, &level)
  }

  private func drawRivers(_ level: inout MiniGrid.Level) -> ArraySlice<River> {
    let places = stride(from: 2, to: size - 2, by: 2)
    var rivers = places.map { River(isVertical: true, place: $0) }
    rivers += places.map { River(isVertical: false, place: $0) }
    level.random.shuffle(&rivers)
    return rivers.prefix(crossings)
  }

  /// Makes an opening in each river along one random way through the fields between them.
  private func open(_ columns: [Int], _ rows: [Int], _ level: inout MiniGrid.Level) {
    var crossesColumn = columns.map { _ in true } + rows.map { _ in false }
    level.random.shuffle(&crossesColumn)
    let (columns, rows) = ([0] + columns + [size - 1], [0] + rows + [size - 1])
    var (column, row) = (0, 0)
    for isColumn in crossesColumn {
      if isColumn {
        let y = level.integer(rows[row] + 1, rows[row + 1])
        column += 1
        level.grid[columns[column], y] = .empty
      } else {
        let x = level.integer(columns[column] + 1, columns[column + 1])
        row += 1
        level.grid[x, rows[row]] = .empty
      }
    }
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
