/// A policy without eyes: actions, each held for some steps, repeated without end.
public struct BlindPolicy: Hashable, Sendable {
  /// What the policy is called in tables.
  public let name: String
  /// The cycle.
  public let cycle: [(action: ActionValue, steps: Int)]
  private let length: Int

  /// Creates a policy of a cycle.
  ///
  /// - Precondition: the cycle has at least one entry, each of at least one step.
  public init(_ name: String, _ cycle: [(action: ActionValue, steps: Int)]) {
    precondition(
      !cycle.isEmpty && cycle.allSatisfy { $0.steps > 0 }, "BlindPolicy \(name): empty cycle")
    self.name = name
    self.cycle = cycle
    length = cycle.reduce(0) { $0 + $1.steps }
  }

  /// The action at a step counted from the start of the episode.
  public func action(at step: Int) -> ActionValue {
    var rest = step % length
    for part in cycle {
      if rest < part.steps { return part.action }
      rest -= part.steps
    }
    return cycle[0].action
  }

  /// Policies of one name are one policy.
  public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// A rule on the true facts: the yardstick of how well a world can be played.
public enum FactsPolicy: Sendable {
  /// Chooses an index.
  case index(@Sendable (_ facts: UnsafeBufferPointer<Float>) -> Int32)
  /// Writes the components of a row.
  case row(
    @Sendable (
      _ facts: UnsafeBufferPointer<Float>, _ row: UnsafeMutableBufferPointer<Float>
    ) -> Void)

  /// Writes the action of one slot.
  ///
  /// - Parameters:
  ///   - facts: the values of the world's facts.
  ///   - actions: of the kind that the rule gives.
  ///   - slot: whose action.
  public func act(
    on facts: UnsafeBufferPointer<Float>, into actions: ActionStorage, of slot: Int
  ) {
    switch self {
    case .index(let choose): actions.indices[slot] = choose(facts)
    case .row(let write): write(facts, actions.row(of: slot))
    }
  }
}
