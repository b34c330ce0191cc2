import EnvironmentKit

extension IcePuck {
  /// The world's entry in the catalogue.
  static let entry = CatalogEntry(
    id: "IcePuck", family: "IcePuck", file: "envs/IcePuck",
    reference: "own rules: a puck pushed after a wandering target",
    observations: [.symbols, .pixels64],
    keys: [
      ("left", [-1, 0]), ("right", [1, 0]), ("up", [0, 1]), ("down", [0, -1]),
      ("a", [-1, 0]), ("d", [1, 0]), ("w", [0, 1]), ("s", [0, -1]),
    ],
    idleAction: [0, 0], stayAction: [0, 0],
    blindPolicies: blindPolicies,
    factsPolicy: .row { chase($0, into: $1) },
    factsViews: [
      FactsView("state", title: "facts of the state", count: 6) { view($0, into: $1) },
      FactsView("places", title: "facts of a frame without trail", count: 4) {
        view($0, into: $1)
      },
    ],
    regions: { regions($0) },
    make: { IcePuck($0) })

  /// Pushes towards where the target is going, the harder the farther, and against its own speed.
  ///
  /// - Parameters:
  ///   - facts: the values of `factList`.
  ///   - row: the push, written.
  package static func chase(
    _ facts: UnsafeBufferPointer<Float>, into row: UnsafeMutableBufferPointer<Float>
  ) {
    for axis in 0..<2 {
      let offset = facts[FactSlot.targetX + axis] - facts[FactSlot.puckX + axis]
      let speed = targetSpeed * facts[FactSlot.headingX + axis]
      // What keeps place and speed in the bowl and on the ice, and what mends them.
      let push =
        slope / acceleration * facts[FactSlot.puckX + axis] + drag / acceleration * speed
        + 8 * offset
        + 1.6 * (speed - facts[FactSlot.velocityX + axis])
      row[axis] = max(-1, min(1, push))
    }
  }

  /// Circles of several sizes, and pushing into each corner.
  private static let blindPolicies: [BlindPolicy] = {
    let circles = [2, 4, 8, 12, 20].map { steps in
      BlindPolicy(
        "circle \(steps)",
        [([1, 0], steps), ([0, 1], steps), ([-1, 0], steps), ([0, -1], steps)])
    }
    let corners: [(String, ActionValue)] = [
      ("upper right", [1, 1]), ("lower right", [1, -1]), ("upper left", [-1, 1]),
      ("lower left", [-1, -1]),
    ]
    return circles + corners.map { BlindPolicy($0, [($1, 1)]) }
  }()

  /// Writes the first numbers of: place, the target's place, velocity.
  private static func view(
    _ facts: UnsafeBufferPointer<Float>, into view: UnsafeMutableBufferPointer<Float>
  ) {
    let slots: InlineArray<6, Int> = [
      FactSlot.puckX, FactSlot.puckY, FactSlot.targetX, FactSlot.targetY, FactSlot.velocityX,
      FactSlot.velocityY,
    ]
    for index in 0..<view.count { view[index] = facts[slots[index]] }
  }
}
