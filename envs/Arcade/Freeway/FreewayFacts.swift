import EnvironmentKit

/// The true quantities, and a rule on them.
extension Freeway {
  private enum FactSlot {
    static let (row, rest, firstLane) = (0, 1, 2)
    /// Column, columns per step (negative to the left), steps until the car moves.
    static let perLane = 3
  }

  /// The chicken's row and the steps that it has to rest; of each lane its car's column, its speed in columns
  /// per step, negative to the left, and the steps until it moves.
  package static let facts =
    [Fact("row"), Fact("rest")]
    + (1...lanes).flatMap {
      [Fact("lane\($0)X"), Fact("lane\($0)Speed"), Fact("lane\($0)Timer")]
    }

  package func writeFacts(into values: UnsafeMutableBufferPointer<Float>) {
    values[FactSlot.row] = Float(row)
    values[FactSlot.rest] = Float(rest)
    for lane in 0..<Self.lanes {
      let (car, slot) = (cars[lane], FactSlot.firstLane + FactSlot.perLane * lane)
      values[slot] = Float(car.x)
      values[slot + 1] = Float(car.heading) / Float(car.period + 1)
      values[slot + 2] = Float(car.timer)
    }
  }

  /// Steps that the rule looks ahead.
  private static let foresight = 48

  /// Plans the way to the other side from where all cars will be: a crossing is worth 1, the less the later, a
  /// row gained a little.
  package static func play(_ facts: UnsafeBufferPointer<Float>) -> ArcadeAction {
    // By row, and by the steps to rest.
    let rests = restSteps + 1
    var value = (0..<Cell.side * rests).map { Float(9 - $0 / rests) * 0.02 }
    var best = ArcadeAction.stay
    for step in (0..<foresight).reversed() {
      let struck = struckRows(facts, step: step)
      let later = value
      for row in 1..<Cell.side {
        for rest in 0..<rests {
          var most = -Float.infinity
          for action in rest == 0 ? [ArcadeAction.up, .stay, .down] : [.up] {
            let moves = rest == 0 && action != .stay
            var to = moves ? min(9, row + (action == .up ? -1 : 1)) : row
            let gain: Float = to == 0 ? 1 : 0
            if to == 0 || struck[to] { to = 9 }
            let restLater = max(0, (moves ? restSteps : rest) - 1)
            let found = gain + 0.97 * later[to * rests + restLater]
            guard found > most else { continue }
            most = found
            if step == 0, row == Int(facts[FactSlot.row]), rest == Int(facts[FactSlot.rest]) {
              best = action
            }
          }
          value[row * rests + rest] = most
        }
      }
    }
    return best
  }

  /// Whether a chicken that goes to a row in a step meets its car.
  private static func struckRows(_ facts: UnsafeBufferPointer<Float>, step: Int) -> [Bool] {
    var struck = [Bool](repeating: false, count: Cell.side)
    for lane in 0..<lanes {
      let slot = FactSlot.firstLane + FactSlot.perLane * lane
      let period = Int((1 / abs(facts[slot + 1])).rounded())
      let heading = facts[slot + 1] < 0 ? -1 : 1
      for steps in [step, step + 1] {
        let rest = steps - Int(facts[slot + 2])
        let moves = rest <= 0 ? 0 : 1 + (rest - 1) / period
        let x = (Int(facts[slot]) + heading * moves) % Cell.side
        if (x + Cell.side) % Cell.side == column { struck[lane + 1] = true }
      }
    }
    return struck
  }

  /// The chicken, and the cars.
  package static func places(_ facts: UnsafeBufferPointer<Float>) -> [Cell] {
    let cars = (0..<lanes).map {
      Cell(Int(facts[FactSlot.firstLane + FactSlot.perLane * $0]), $0 + 1)
    }
    return [Cell(column, Int(facts[FactSlot.row]))] + cars
  }
}
