import EnvironmentKit

/// A thing seen at the start tells which way to turn at the end of a corridor: `MiniGrid-Memory*`.
///
/// # Actions
/// `MiniGridAction`; `pickup` counts as `toggle`, so that only `left`, `right` and `forward` matter.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; walls hide what
/// lies behind. The key or ball at the start, the agent's column and which of both lies on which side
/// are random, in the `Random` worlds the corridor's length too.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on reaching the side of the same thing, else 0.
///
/// # Episode end
/// Terminated on reaching either side, truncated after 5 · size² steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/memory.py.
struct Memory: MiniGridTask {
  static let seesThroughWalls = false
  static let facts =
    MiniGrid.agentFacts + MiniGrid.targetFacts + [
      Fact("startIsBall", .category), Fact("targetIsUp", .category), Fact("corridorEnd"),
    ]

  /// An odd number.
  let size: Int
  let hasRandomLength: Bool
  let mission = "go to the matching object at the end of the hallway"
  private var success = MiniGrid.Point(0, 0)
  private var failure = MiniGrid.Point(0, 0)
  private var startIsBall = false

  init(size: Int, hasRandomLength: Bool) {
    self.size = size
    self.hasRandomLength = hasRandomLength
  }

  var width: Int { size }
  var height: Int { size }
  var maximumSteps: Int { 5 * size * size }
  private var middle: Int { size / 2 }

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    let end = hasRandomLength ? level.integer(4, size - 2) : size - 3
    buildWalls(end, &level.grid)
    level.agent = MiniGrid.Point(level.integer(1, end + 1), middle)
    let (key, ball) = (MiniGrid.Cell(.key, .green), MiniGrid.Cell(.ball, .green))
    startIsBall = level.either(false, true)
    level.grid[1, middle - 1] = startIsBall ? ball : key
    let ballIsUp = level.either(true, false)
    level.grid[end + 1, middle - 2] = ballIsUp ? ball : key
    level.grid[end + 1, middle + 2] = ballIsUp ? key : ball
    let (up, down) = (MiniGrid.Point(end + 1, middle - 1), MiniGrid.Point(end + 1, middle + 1))
    (success, failure) = startIsBall == ballIsUp ? (up, down) : (down, up)
  }

  private func buildWalls(_ end: Int, _ grid: inout MiniGrid.Grid) {
    for side in [-1, 1] {
      grid.putRow(x: 1, y: middle + 2 * side, length: 4)
      grid.putRow(x: 4, y: middle + side, length: max(1, end - 4))
    }
    grid.putColumn(x: end, y: 0)
    grid[end, middle] = .empty
    grid.putColumn(x: end + 2, y: 0)
  }

  mutating func willAct(_ action: inout MiniGridAction, in level: inout MiniGrid.Level) {
    if action == .pickup { action = .toggle }
  }

  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {
    if level.agent == success { level.succeed(&step) }
    if level.agent == failure { step.terminated = true }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(success, into: values)
    values[5] = startIsBall ? 1 : 0
    values[6] = success.y < middle ? 1 : 0
    values[7] = Float(success.x - 1)
  }
}

extension Memory {
  static let listings = [
    ("S17Random", 17, true), ("S13Random", 13, true), ("S13", 13, false), ("S11", 11, false),
    ("S9", 9, false), ("S7", 7, false),
  ].map { name, size, hasRandomLength in
    MiniGridListing(
      "MiniGrid-Memory\(name)-v0", family: "MiniGrid-Memory", file: "Memory.swift",
      upstream: "minigrid/envs/memory.py",
      task: Memory(size: size, hasRandomLength: hasRandomLength),
      factsPolicy: .index { solve($0).rawValue })
  }

  /// Goes along the corridor, then to the side of the same thing.
  private static func solve(_ facts: UnsafeBufferPointer<Float>) -> MiniGridAction {
    let walker = MiniGrid.Walker(facts)
    if walker.agent.x <= Int(facts[7]) { return walker.turnOrGo(.right) }
    return walker.turnOrGo(facts[6] == 1 ? .up : .down)
  }
}
