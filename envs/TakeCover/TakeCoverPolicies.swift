import EnvironmentKit

/// Yardsticks: a rule on the facts, and policies without eyes.
extension TakeCover {
  /// Goes to the nearest spot at which no fireball in the air will find the player.
  ///
  /// Every spot within reach is judged as if he walked there and stayed: a fireball that lands
  /// within the hit radius and a margin of where he then is makes it dangerous, the sooner the
  /// worse; of the safe ones the nearest is best, a little rather in the middle of the room.
  ///
  /// - Parameters:
  ///   - facts: the values of `factList`.
  ///   - rules: the rules of the world that they come from.
  package static func dodge(_ facts: UnsafeBufferPointer<Float>, _ rules: TakeCoverRules) -> Int32 {
    let player = facts[FactSlot.playerPosition]
    var best = (cost: Float.infinity, move: Float(0))
    let reach = Int(rules.flightSteps.upperBound)
    for cells in -reach...reach {
      let move = Float(cells) * rules.playerSpeed
      guard abs(player + move) <= rules.halfWidth else { continue }
      let cost =
        danger(of: move, facts, rules) + 0.02 * abs(move) + 0.004 * abs(player + move)
      if cost < best.cost { best = (cost, move) }
    }
    if best.move == 0 { return Action.stay.rawValue }
    return best.move < 0 ? Action.left.rawValue : Action.right.rawValue
  }

  /// How dangerous it is to walk `move` cells and stay there.
  private static func danger(
    of move: Float, _ facts: UnsafeBufferPointer<Float>, _ rules: TakeCoverRules
  ) -> Float {
    let player = facts[FactSlot.playerPosition]
    var danger: Float = 0
    for index in 0..<fireballSlots {
      let slot = FactSlot.firstFireball + FactSlot.perFireball * index
      guard !facts[slot].isNaN else { break }
      let steps = facts[slot + 3]
      let walked = min(abs(move), steps * rules.playerSpeed)
      let there = player + (move < 0 ? -walked : walked)
      let gap = abs(facts[slot + 2] - there) - rules.hitRadius
      if gap <= 0.01 { danger += 100 / (1 + steps) + 10 } else if gap < 1 { danger += 0.2 }
    }
    return danger
  }

  /// Twenty periodic policies: swings from a shiver to wall to wall, some with rests, and standing
  /// at either wall.
  package static let blindPolicies: [BlindPolicy] = {
    let (stay, left, right) = (
      Action.stay.value, Action.left.value, Action.right.value
    )
    let swings = [1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 26, 32].map { steps in
      BlindPolicy("swing \(steps)", [(left, steps), (right, steps)])
    }
    let rests = [(3, 3), (6, 3), (6, 10), (12, 6), (20, 10), (26, 13)].map { steps, rest in
      BlindPolicy(
        "swing \(steps), rest \(rest)",
        [(left, steps), (stay, rest), (right, steps), (stay, rest)])
    }
    return swings + rests
      + [BlindPolicy("left wall", [(left, 1)]), BlindPolicy("right wall", [(right, 1)])]
  }()
}
