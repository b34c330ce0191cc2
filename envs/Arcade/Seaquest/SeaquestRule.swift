import EnvironmentKit

/// A rule on the facts.
extension Seaquest {
  /// Steps that the rule looks ahead.
  private static let foresight = 14
  /// What meeting an enemy counts, and coming up without need.
  private static let (harm, needlessAir): (Float, Float) = (-20, -3)

  /// Plans a way past enemies and shots to divers, and up when air runs out or six are on board; shoots where an
  /// enemy is ahead and standing still does no harm.
  package static func play(_ facts: UnsafeBufferPointer<Float>) -> ArcadeAction {
    let here = Cell(Int(facts[FactSlot.x]), Int(facts[FactSlot.y]))
    let values = MovePlan(rows: 0...depths.upperBound - 1).values(
      from: here, worths: (0..<foresight).map { worths(facts, step: $0) }, end: ends(facts))
    var scores = values
    for (index, move) in MovePlan.moves.enumerated() where move.x != 0 {
      let sees = isEnemyAhead(of: Cell(here.x + move.x, here.y), heading: move.x, facts)
      scores[index] += sees ? 0.1 : 0
    }
    let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    let canShoot = facts[FactSlot.reload] == 0 && here.y > 0
    if canShoot, values[0] > values[best] - 0.5,
      isEnemyAhead(of: here, heading: Int(facts[FactSlot.heading]), facts)
    {
      return .fire
    }
    return MovePlan.moves[best].action
  }

  /// Whether it is time to come up.
  private static func comesUp(_ facts: UnsafeBufferPointer<Float>) -> Bool {
    let needed = 2 * facts[FactSlot.y] + 12
    return facts[FactSlot.crew] >= Float(fullCrew)
      || (facts[FactSlot.crew] > 0 && facts[FactSlot.air] < needed)
  }

  private static func isEnemyAhead(
    of cell: Cell, heading: Int, _ facts: UnsafeBufferPointer<Float>
  ) -> Bool {
    (0..<enemySlots).contains { enemy in
      let slot = FactSlot.firstEnemy + FactSlot.perEnemy * enemy
      return !facts[slot].isNaN && Int(facts[slot + 1]) == cell.y
        && (Int(facts[slot]) - cell.x) * heading > 0
    }
  }

  /// What going to each cell in a step is worth.
  private static func worths(_ facts: UnsafeBufferPointer<Float>, step: Int) -> [Float] {
    var worth = [Float](repeating: 0, count: Cell.side * Cell.side)
    for row in 1..<depths.upperBound {
      for edge in [0, Cell.side - 1] { worth[row * Cell.side + edge] -= 0.05 }
    }
    if facts[FactSlot.y] > 0 {
      for x in 0..<Cell.side { worth[x] += comesUp(facts) ? 2 : needlessAir }
    }
    let interval = Int(facts[FactSlot.moveInterval])
    for enemy in 0..<enemySlots {
      let slot = FactSlot.firstEnemy + FactSlot.perEnemy * enemy
      add(harm, slot, facts, timer: slot + 3, interval: interval, step: step, to: &worth)
    }
    for shot in 0..<shotSlots {
      add(
        harm, FactSlot.firstShot + FactSlot.perShot * shot, facts, timer: nil, interval: 0,
        step: step, to: &worth)
    }
    if facts[FactSlot.crew] < Float(fullCrew) {
      for diver in 0..<diverSlots {
        let slot = FactSlot.firstDiver + FactSlot.perDiver * diver
        add(
          1, slot, facts, timer: slot + 3, interval: Int(diverMoveInterval), step: step, to: &worth)
      }
    }
    return worth
  }

  /// Adds to the cells where a swimmer is before and after its move in a step.
  private static func add(
    _ amount: Float, _ slot: Int, _ facts: UnsafeBufferPointer<Float>, timer: Int?, interval: Int,
    step: Int, to worth: inout [Float]
  ) {
    guard !facts[slot].isNaN else { return }
    func moves(until steps: Int) -> Int {
      let rest = steps - (timer.map { Int(facts[$0]) } ?? 0)
      return rest <= 0 ? 0 : 1 + (rest - 1) / (interval + 1)
    }
    for moved in moves(until: step)...moves(until: step + 1) {
      let x = Int(facts[slot]) + moved * Int(facts[slot + 2])
      guard 0..<Cell.side ~= x else { continue }
      worth[Int(facts[slot + 1]) * Cell.side + x] += amount
    }
  }

  /// What being in a cell in the end is worth: near a diver or the surface, else near the middle.
  private static func ends(_ facts: UnsafeBufferPointer<Float>) -> [Float] {
    let diver = FactSlot.firstDiver
    let goal =
      comesUp(facts)
      ? Cell(Int(facts[FactSlot.x]), 0)
      : facts[diver].isNaN ? Cell(5, 5) : Cell(Int(facts[diver]), Int(facts[diver + 1]))
    return (0..<Cell.side * Cell.side).map { place in
      let (x, y) = (place % Cell.side, place / Cell.side)
      return -0.1 * Float(abs(x - goal.x) + abs(y - goal.y))
    }
  }
}
