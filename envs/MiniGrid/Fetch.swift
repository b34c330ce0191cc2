import EnvironmentKit

/// Keys and balls, of which one is to be fetched: `MiniGrid-Fetch-*`.
///
/// # Actions
/// `MiniGridAction`; `drop`, `toggle` and `done` are of no use.
///
/// # Observation
/// The 7×7 cells before the agent and its direction, or the same view as pictures; nothing is hidden.
/// The mission names what to fetch in one of five wordings; things and agent are anywhere.
///
/// # Reward
/// 1 - 0.9 · steps / maximum steps on picking up what was asked for, else 0.
///
/// # Episode end
/// Terminated when anything is picked up, truncated after 5 · size² steps.
///
/// # Source
/// minigrid 3.2.0, minigrid/envs/fetch.py.
struct Fetch: MiniGridTask {
  static let seesThroughWalls = true
  static let facts = MiniGrid.agentFacts + MiniGrid.targetFacts
  private static let wordings = [
    "get a", "go get a", "fetch a", "go fetch a", "you must fetch a",
  ]
  static let missionDecides = true
  static let missionPlaces = [
    wordings, MiniGrid.Paint.words, Array(MiniGrid.thingWords.prefix(2)),
  ]

  let size: Int
  /// How many things there are, at most 4.
  let count: Int
  private var target = MiniGrid.Cell(.key)
  private var wording = 0

  init(size: Int, count: Int) {
    self.size = size
    self.count = count
  }

  var width: Int { size }
  var height: Int { size }
  var maximumSteps: Int { 5 * size * size }
  var mission: String { "\(Self.wordings[wording]) \(target.words)" }
  func missionWord(_ place: Int) -> Int {
    place == 0 ? wording : place == 1 ? target.paintWord : target.thingWord
  }

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    var things = InlineArray<4, MiniGrid.Cell>(repeating: .empty)
    for index in 0..<count {
      things[index] = level.thing(kinds: 2)
      level.place(things[index])
    }
    level.placeAgent()
    target = things[level.integer(0, count)]
    wording = level.integer(0, Self.wordings.count)
  }

  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {
    guard level.carried.kind != .empty else { return }
    if level.carried.looksLike(target) { level.succeed(&step) } else { step.terminated = true }
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    level.writeAgentFacts(into: values)
    level.writePlaceFacts(level.place(of: target), into: values)
  }
}

extension Fetch {
  static let listings = [(5, 2), (6, 2), (8, 3)].map { size, count in
    MiniGridListing(
      "MiniGrid-Fetch-\(size)x\(size)-N\(count)-v0", family: "MiniGrid-Fetch", file: "Fetch.swift",
      upstream: "minigrid/envs/fetch.py", task: Fetch(size: size, count: count))
  }
}
