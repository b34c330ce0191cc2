import EnvironmentKit

/// Different things in a room, one to be put next to another: `MiniGrid-PutNear-*`.
///
/// # Actions
/// `MiniGridAction`; `toggle` opens boxes, `done` is of no use.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; nothing is hidden.
/// The mission names what to move and where; things and agent are anywhere, no two things touching.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on dropping the right thing where it touches the other's first
/// place, corners included, else 0.
///
/// # Episode end
/// Terminated when the wrong thing is picked up and when anything is dropped, also in vain; truncated
/// after 5 · size steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/putnear.py.
struct PutNear: MiniGridTask {
  static let seesThroughWalls = true
  static let facts =
    MiniGrid.agentFacts + MiniGrid.targetFacts + [
      Fact("placeAhead"), Fact("placeRight"), Fact("isCarrying", .category),
    ]
  static let missionDecides = true
  static let missionPlaces = [
    MiniGrid.Paint.words, MiniGrid.thingWords, MiniGrid.Paint.words, MiniGrid.thingWords,
  ]

  let size: Int
  /// How many things there are, at most 4.
  let count: Int
  private var moved = MiniGrid.Cell(.key)
  private var target = MiniGrid.Cell(.key)
  private var targetPlace = MiniGrid.Point(0, 0)
  private var wasCarrying = false

  init(size: Int, count: Int) {
    self.size = size
    self.count = count
  }

  var width: Int { size }
  var height: Int { size }
  var maximumSteps: Int { 5 * size }
  var mission: String { "put the \(moved.words) near the \(target.words)" }
  func missionWord(_ place: Int) -> Int {
    let named = place < 2 ? moved : target
    return place % 2 == 0 ? named.paintWord : named.thingWord
  }

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    var things = MiniGrid.PlacedThings()
    while things.count < count { things.draw(&level, keepsApart: true) }
    level.placeAgent()
    let first = level.integer(0, count)
    var second = level.integer(0, count)
    while second == first { second = level.integer(0, count) }
    (moved, target) = (things.cells[first], things.cells[second])
    targetPlace = things.places[second]
  }

  mutating func willAct(_ action: inout MiniGridAction, in level: inout MiniGrid.Level) {
    wasCarrying = level.carried.kind != .empty
  }

  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {
    let isCarrying = level.carried.kind != .empty
    if action == .pickup, isCarrying, !level.carried.looksLike(moved) { step.terminated = true }
    guard action == .drop, wasCarrying else { return }
    step.terminated = true
    if !isCarrying, level.front.touches(targetPlace) { level.succeed(&step) }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(level.place(of: moved), into: values, at: 3)
    level.writePlaceFacts(targetPlace, into: values, at: 5)
    values[7] = level.carried.kind != .empty ? 1 : 0
  }
}

extension PutNear {
  static let listings = [(6, 2), (8, 3)].map { size, count in
    MiniGridListing(
      "MiniGrid-PutNear-\(size)x\(size)-N\(count)-v0", family: "MiniGrid-PutNear",
      file: "PutNear.swift", upstream: "minigrid/envs/putnear.py",
      task: PutNear(size: size, count: count))
  }
}
