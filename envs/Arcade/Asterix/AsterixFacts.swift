import EnvironmentKit

/// The true quantities, and a rule on them.
extension Asterix {
  private enum FactSlot {
    static let (playerX, playerY, moveTimer, moveInterval, spawnInterval) = (0, 1, 2, 3, 4)
    static let firstLane = 5
    /// Column, heading, whether gold.
    static let perLane = 3
  }

  /// Columns and rows, steps; of each lane its runner's column, heading (-1 or 1), and whether it is gold.
  package static let facts =
    [
      Fact("playerX"), Fact("playerY"), Fact("stepsUntilMove"), Fact("moveInterval"),
      Fact("spawnInterval"),
    ]
    + (1...lanes).flatMap {
      [Fact("lane\($0)X"), Fact("lane\($0)Heading", .category), Fact("lane\($0)Gold", .category)]
    }

  package func writeFacts(into values: UnsafeMutableBufferPointer<Float>) {
    values[FactSlot.playerX] = Float(player.x)
    values[FactSlot.playerY] = Float(player.y)
    values[FactSlot.moveTimer] = Float(moveTimer)
    values[FactSlot.moveInterval] = Float(moveInterval)
    values[FactSlot.spawnInterval] = Float(spawnInterval)
    for lane in 0..<Self.lanes {
      let (runner, slot) = (runners[lane], FactSlot.firstLane + FactSlot.perLane * lane)
      values[slot] = runner.isThere ? Float(runner.x) : .nan
      values[slot + 1] = runner.isThere ? Float(runner.heading) : .nan
      values[slot + 2] = runner.isThere ? (runner.isGold ? 1 : 0) : .nan
    }
  }

  /// Steps that the rule looks ahead.
  private static let foresight = 14

  /// Plans the steps ahead as if nobody else came: gold is worth 1, the less the later, an enemy costs more
  /// than all gold, and both ends of the lanes a little, where somebody may come in.
  package static func play(_ facts: UnsafeBufferPointer<Float>) -> ArcadeAction {
    let player = Cell(Int(facts[FactSlot.playerX]), Int(facts[FactSlot.playerY]))
    let values = MovePlan(rows: 1...lanes).values(
      from: player, worths: (0..<foresight).map { worths(facts, step: $0) },
      end: [Float](repeating: 0, count: Cell.side * Cell.side))
    let best = values.indices.max { values[$0] < values[$1] } ?? 0
    return MovePlan.moves[best].action
  }

  /// What going to each cell in a step is worth.
  private static func worths(_ facts: UnsafeBufferPointer<Float>, step: Int) -> [Float] {
    var worth = [Float](repeating: 0, count: Cell.side * Cell.side)
    let (before, after) = (moves(facts, until: step), moves(facts, until: step + 1))
    for lane in 0..<lanes {
      let row = (lane + 1) * Cell.side
      for edge in [0, Cell.side - 1] { worth[row + edge] -= 0.05 }
      let slot = FactSlot.firstLane + FactSlot.perLane * lane
      guard !facts[slot].isNaN else { continue }
      for moved in before...after {
        let x = Int(facts[slot]) + moved * Int(facts[slot + 1])
        guard 0..<Cell.side ~= x else { continue }
        worth[row + x] += facts[slot + 2] == 1 ? 1 : -20
      }
    }
    return worth
  }

  /// How often the runners move in so many steps.
  private static func moves(_ facts: UnsafeBufferPointer<Float>, until steps: Int) -> Int {
    let rest = steps - Int(facts[FactSlot.moveTimer])
    let period = max(1, Int(facts[FactSlot.moveInterval]))
    return rest <= 0 ? 0 : 1 + (rest - 1) / period
  }

  /// The player, and the runners.
  package static func places(_ facts: UnsafeBufferPointer<Float>) -> [Cell] {
    let runners = (0..<lanes).compactMap { lane -> Cell? in
      let x = facts[FactSlot.firstLane + FactSlot.perLane * lane]
      return x.isNaN ? nil : Cell(Int(x), lane + 1)
    }
    return [Cell(Int(facts[FactSlot.playerX]), Int(facts[FactSlot.playerY]))] + runners
  }
}
