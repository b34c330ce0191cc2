import EnvironmentKit

extension TakeCover {
  /// The world's entry in the catalogue.
  static let entry = CatalogEntry(
    id: "TakeCover", family: "TakeCover", file: "envs/TakeCover",
    reference: "own rules, in the spirit of DoomTakeCover (Ha and Schmidhuber 2018)",
    observations: [.pixels64],
    keys: [
      ("left", Action.left.value), ("right", Action.right.value),
      ("a", Action.left.value), ("d", Action.right.value),
    ],
    idleAction: Action.stay.value, stayAction: Action.stay.value,
    actionLine: [Action.left.rawValue, Action.stay.rawValue, Action.right.rawValue],
    blindPolicies: blindPolicies,
    factsPolicy: .index { dodge($0, TakeCoverRules()) },
    factsViews: factsViews,
    regions: { regions($0, TakeCoverRules()) },
    make: { _ in TakeCover() })

  /// Where fireballs are seen in an observation, nearest first.
  ///
  /// - Parameters:
  ///   - facts: the values of `factList`.
  ///   - rules: the rules of the world that they come from.
  static func regions(_ facts: UnsafeBufferPointer<Float>, _ rules: TakeCoverRules)
    -> [ImageRegion]
  {
    let view = TakeCoverView(
      width: Float(observationSize), height: Float(observationSize),
      eye: facts[FactSlot.playerPosition], rules: rules)
    return (0..<Int(facts[FactSlot.fireballCount])).map { index in
      let slot = FactSlot.firstFireball + FactSlot.perFireball * index
      let depth = view.depth(facts[slot + 1])
      let place = view.place(facts[slot], TakeCoverView.fireballHeight, depth)
      return ImageRegion(
        centerX: place.x, centerY: place.y, radius: view.fireballRadius(at: depth, rules))
    }
  }
}
