import EnvironmentKit

/// Random play, each action held 1–10 steps: the `random` baseline.
public final class HeldRandomPolicy<Element: BitwiseCopyable & Sendable>: Policy {
  private var slots: [HeldRandomActions] = []
  private var space = ActionSpace.discrete([""])

  /// Creates the policy.
  public init() {}

  /// Makes room for the batch's slots.
  public func prepare(for batch: any EnvironmentBatch<Element>) {
    space = batch.actionSpace
    slots = (0..<batch.count).map { _ in HeldRandomActions(space, seed: 0) }
  }

  /// Begins an episode in a slot.
  public func begin(_ episode: EpisodeRequest, in slot: Int) {
    slots[slot] = HeldRandomActions(space, seed: episode.seed)
  }

  /// Chooses the actions of the active slots.
  public func act(
    in batch: any EnvironmentBatch<Element>, seeing observations: UnsafeBufferPointer<Element>,
    active: UnsafeBufferPointer<Bool>, into actions: ActionStorage
  ) {
    for slot in active.indices where active[slot] { slots[slot].next(into: actions, of: slot) }
  }
}

/// A cycle of actions without eyes: the `stay` and `blind` baselines.
public final class CyclePolicy<Element: BitwiseCopyable & Sendable>: Policy {
  private let cycle: BlindPolicy
  private var steps: [Int] = []

  /// Creates the policy of a cycle.
  public init(_ cycle: BlindPolicy) {
    self.cycle = cycle
  }

  /// Creates the policy that always takes one action.
  public convenience init(always action: ActionValue) {
    self.init(BlindPolicy("stay", [(action, 1)]))
  }

  /// Makes room for the batch's slots.
  public func prepare(for batch: any EnvironmentBatch<Element>) {
    steps = [Int](repeating: 0, count: batch.count)
  }

  /// Begins an episode in a slot.
  public func begin(_ episode: EpisodeRequest, in slot: Int) { steps[slot] = 0 }

  /// Chooses the actions of the active slots.
  public func act(
    in batch: any EnvironmentBatch<Element>, seeing observations: UnsafeBufferPointer<Element>,
    active: UnsafeBufferPointer<Bool>, into actions: ActionStorage
  ) {
    for slot in active.indices where active[slot] {
      actions.set(cycle.action(at: steps[slot]), of: slot)
      steps[slot] += 1
    }
  }
}

/// A rule on the true facts: the yardstick of how well a world can be played.
public final class FactsRulePolicy<Element: BitwiseCopyable & Sendable>: Policy {
  private let rule: FactsPolicy
  private var facts: [Float] = []

  /// Creates the policy of a rule.
  public init(_ rule: FactsPolicy) {
    self.rule = rule
  }

  /// Makes room for the batch's slots.
  public func prepare(for batch: any EnvironmentBatch<Element>) {
    facts = [Float](repeating: 0, count: batch.specification.facts.count)
  }

  /// Begins an episode in a slot.
  public func begin(_ episode: EpisodeRequest, in slot: Int) {}

  /// Chooses the actions of the active slots.
  public func act(
    in batch: any EnvironmentBatch<Element>, seeing observations: UnsafeBufferPointer<Element>,
    active: UnsafeBufferPointer<Bool>, into actions: ActionStorage
  ) {
    facts.withUnsafeMutableBufferPointer { values in
      for slot in active.indices where active[slot] {
        batch.facts(of: slot, into: values)
        rule.act(on: UnsafeBufferPointer(values), into: actions, of: slot)
      }
    }
  }
}
