import EnvironmentKit

/// A room with a door in each wall, one of which is to be gone to: `MiniGrid-GoToDoor-*`.
///
/// # Actions
/// `MiniGridAction`; `done` tells that the agent is there. `pickup` and `drop` are of no use.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; nothing is hidden.
/// The mission names the door's colour; the room's extents, its doors and the agent are random.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on `done` next to the right door, else 0.
///
/// # Episode end
/// Terminated on `done` and on `toggle`, truncated after 4 · size² steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/gotodoor.py.
struct GoToDoor: MiniGridTask {
  static let seesThroughWalls = true
  static let facts = MiniGrid.agentFacts + MiniGrid.targetFacts
  static let missionDecides = true
  static let missionPlaces = [MiniGrid.Paint.words]

  let size: Int
  private var target = MiniGrid.Point(0, 0)
  private var paint = MiniGrid.Paint.red

  init(size: Int) { self.size = size }

  var width: Int { size }
  var height: Int { size }
  var maximumSteps: Int { 4 * size * size }
  var mission: String { "go to the \(paint) door" }
  func missionWord(_ place: Int) -> Int { Int(paint.rawValue) }

  mutating func generate(_ level: inout MiniGrid.Level) {
    let room = MiniGrid.Area(
      width: level.integer(5, size + 1), height: level.integer(5, size + 1))
    level.grid.surround(room)
    let doors: InlineArray<4, MiniGrid.Point> = [
      MiniGrid.Point(level.integer(2, room.width - 2), 0),
      MiniGrid.Point(level.integer(2, room.width - 2), room.height - 1),
      MiniGrid.Point(0, level.integer(2, room.height - 2)),
      MiniGrid.Point(room.width - 1, level.integer(2, room.height - 2)),
    ]
    var paints = InlineArray<4, MiniGrid.Paint>(repeating: .red)
    var left = MiniGrid.PaintSet.all
    for index in 0..<4 { paints[index] = drawPaint(&left, &level) }
    for index in 0..<4 {
      level.grid[doors[index]] = MiniGrid.Cell(.door, paints[index], .closed)
    }
    level.placeAgent(in: room)
    let chosen = level.integer(0, 4)
    (target, paint) = (doors[chosen], paints[chosen])
  }

  /// Draws among all colours until one comes that is left.
  private func drawPaint(
    _ left: inout MiniGrid.PaintSet, _ level: inout MiniGrid.Level
  ) -> MiniGrid.Paint {
    var paint = level.paint()
    while !left.contains(paint) { paint = level.paint() }
    left.remove(paint)
    return paint
  }

  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {
    guard action == .done || action == .toggle else { return }
    step.terminated = true
    if action == .done, level.agent.distance(to: target) == 1 { level.succeed(&step) }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(target, into: values)
  }
}

extension GoToDoor {
  static let listings = [5, 6, 8].map { size in
    MiniGridListing(
      "MiniGrid-GoToDoor-\(size)x\(size)-v0", family: "MiniGrid-GoToDoor", file: "GoToDoor.swift",
      upstream: "minigrid/envs/gotodoor.py", task: GoToDoor(size: size))
  }
}
