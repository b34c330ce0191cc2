import EnvironmentKit

extension MiniGrid {
  /// Slots 0...2 of every family's facts: where the agent is, and where it looks.
  static let agentFacts = [Fact("agentX"), Fact("agentY"), Fact("agentDirection", .category)]

  /// Slots 3 and 4 of families with one goal: how many cells it lies ahead, and to the right.
  static let goalFacts = [Fact("goalAhead"), Fact("goalRight")]

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

  /// Writes slots 3 and 4.
  func writeGoalFacts(_ goal: MiniGrid.Point, into values: UnsafeMutableBufferPointer<Float>) {
    let (way, ahead, right) = (goal - agent, direction.vector, direction.clockwise.vector)
    values[3] = Float(way.x * ahead.x + way.y * ahead.y)
    values[4] = Float(way.x * right.x + way.y * right.y)
  }
}
