import EnvironmentKit

extension MiniGrid {
  /// Slots 0...2 of every family's facts: where the agent is, and where it looks.
  static let agentFacts = [Fact("agentX"), Fact("agentY"), Fact("agentDirection", .category)]

  /// Slots 3 and 4 of families with one goal: how many cells it lies ahead, and to the right.
  static let goalFacts = [Fact("goalAhead"), Fact("goalRight")]

  /// Slots 3 and 4 of families with a thing to find: how many cells it lies ahead, and to the right.
  static let targetFacts = [Fact("targetAhead"), Fact("targetRight")]

  /// The four slots of families with one locked door: its place relative to the agent, and its key.
  static let lockFacts = [
    Fact("doorAhead"), Fact("doorRight"), Fact("doorOpen", .category), Fact("hasKey", .category),
  ]

  /// The goal's tile in the 64×64 observation, for families in which nothing hides it.
  static let goalRegion: FactsRegions = { facts in
    let x = Float(View.agent.x) + facts[4]
    let y = Float(View.agent.y) - facts[3]
    let span = 0..<Float(View.size)
    guard span.contains(x), span.contains(y) else { return [] }
    let tile: Float = 9
    return [ImageRegion(centerX: (x + 0.5) * tile, centerY: (y + 0.5) * tile, radius: tile / 2)]
  }
}

extension MiniGrid.Level {
  /// Writes slots 0...2.
  func writeAgentFacts(into values: UnsafeMutableBufferPointer<Float>) {
    values[0] = Float(agent.x)
    values[1] = Float(agent.y)
    values[2] = Float(direction.rawValue)
  }

  /// Writes how far a place lies ahead and to the right; NaN where there is none.
  func writePlaceFacts(
    _ place: MiniGrid.Point?, into values: UnsafeMutableBufferPointer<Float>, at slot: Int = 3
  ) {
    let (ahead, right) = (direction.vector, direction.clockwise.vector)
    let way = place.map { $0 - agent }
    values[slot] = way.map { Float($0.x * ahead.x + $0.y * ahead.y) } ?? .nan
    values[slot + 1] = way.map { Float($0.x * right.x + $0.y * right.y) } ?? .nan
  }

  /// Writes the four slots of a locked door and its key.
  func writeLockFacts(
    _ door: MiniGrid.Point, into values: UnsafeMutableBufferPointer<Float>, at slot: Int
  ) {
    writePlaceFacts(door, into: values, at: slot)
    values[slot + 2] = grid[door].state == .open ? 1 : 0
    values[slot + 3] = carried.kind == .key ? 1 : 0
  }

  /// The place of a thing, nil while it is carried or in a box.
  func place(of thing: MiniGrid.Cell) -> MiniGrid.Point? {
    grid.firstPlace { $0.looksLike(thing) }
  }
}
