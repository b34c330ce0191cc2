import EnvironmentKit

/// Different things in a room, one of which is to be gone to: `MiniGrid-GoToObject-*`.
///
/// # Actions
/// `MiniGridAction`; `done` tells that the agent is there.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; nothing is hidden.
/// The mission names the thing; things and agent are anywhere.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on `done` next to where the thing was at first, else 0.
///
/// # Episode end
/// Terminated on `done` and on `toggle`, truncated after 5 · size² steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/gotoobject.py.
struct GoToObject: MiniGridTask {
  static let seesThroughWalls = true
  static let facts = MiniGrid.agentFacts + MiniGrid.targetFacts
  static let missionDecides = true
  static let missionPlaces = [MiniGrid.Paint.words, MiniGrid.thingWords]

  let size: Int
  /// How many things there are, at most 4.
  let count: Int
  private var target = MiniGrid.Cell(.key)
  private var place = MiniGrid.Point(0, 0)

  init(size: Int, count: Int) {
    self.size = size
    self.count = count
  }

  var width: Int { size }
  var height: Int { size }
  var maximumSteps: Int { 5 * size * size }
  var mission: String { "go to the \(target.words)" }
  func missionWord(_ place: Int) -> Int { place == 0 ? target.paintWord : target.thingWord }

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    var things = MiniGrid.PlacedThings()
    while things.count < count { things.draw(&level) }
    level.placeAgent()
    let chosen = level.integer(0, count)
    (target, place) = (things.cells[chosen], things.places[chosen])
  }

  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {
    guard action == .done || action == .toggle else { return }
    step.terminated = true
    if action == .done, level.agent.distance(to: place) == 1 { level.succeed(&step) }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(place, into: values)
  }
}

extension GoToObject {
  static let listings = [6, 8].map { size in
    MiniGridListing(
      "MiniGrid-GoToObject-\(size)x\(size)-N2-v0", family: "MiniGrid-GoToObject",
      file: "GoToObject.swift", upstream: "minigrid/envs/gotoobject.py",
      task: GoToObject(size: size, count: 2))
  }
}
