import Randomness

/// Takes the last action once more, now and then, instead of the one that is asked for.
///
/// Draws from a stream of its own, `wrapper/sticky-actions` of the seed; resets without a seed continue it.
///
/// - SeeAlso: M. C. Machado et al., "Revisiting the Arcade Learning Environment" (2018), section 5.
public struct StickyActions<Base: World>: WorldWrapper {
  /// The world within.
  public var base: Base
  private let probability: Double
  private var stream = RandomStream(root: 0, name: Self.streamName)
  private var last: Base.Action?
  private static var streamName: String { "wrapper/sticky-actions" }

  /// Makes a world's actions stick with a probability of 0..<1.
  public init(_ base: Base, probability: Double) {
    precondition(
      0..<1 ~= probability, "StickyActions: probability \(probability); give 0..<1")
    self.base = base
    self.probability = probability
  }

  /// Starts an episode; its first action never is an older one.
  public mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(root: seed, name: Self.streamName) }
    last = nil
    base.reset(seed: seed)
  }

  /// Steps with the last action or this one.
  public mutating func step(_ action: Base.Action) -> Step {
    var taken = action
    if let last, stream.random() < probability { taken = last }
    last = taken
    return base.step(taken)
  }
}

/// Takes a random action, now and then, instead of the one that is asked for.
///
/// Draws from a stream of its own, `wrapper/random-actions` of the seed; resets without a seed continue it.
public struct RandomActions<Base: World>: WorldWrapper {
  /// The world within.
  public var base: Base
  private let probability: Double
  private let count: Int
  private var stream = RandomStream(root: 0, name: Self.streamName)
  private static var streamName: String { "wrapper/random-actions" }

  /// Replaces a world's actions with a probability of 0...1.
  ///
  /// - Precondition: the world's actions are discrete.
  public init(_ base: Base, probability: Double) {
    precondition(
      0...1 ~= probability, "RandomActions: probability \(probability); give 0...1")
    guard case .discrete(let names) = base.actionSpace else {
      preconditionFailure("RandomActions: \(base.specification.id) has no discrete actions")
    }
    self.base = base
    self.probability = probability
    count = names.count
  }

  /// Starts an episode.
  public mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(root: seed, name: Self.streamName) }
    base.reset(seed: seed)
  }

  /// Steps with a random action or this one.
  public mutating func step(_ action: Base.Action) -> Step {
    guard stream.random() < probability else { return base.step(action) }
    let index = Int32(stream.integers(in: 0..<count))
    return base.step(base.action(index: index) ?? action)
  }
}

extension World {
  /// This world, the last action taken again with a probability.
  public func stickyActions(_ probability: Double) -> StickyActions<Self> {
    StickyActions(self, probability: probability)
  }

  /// This world, a random action taken with a probability.
  public func randomActions(_ probability: Double) -> RandomActions<Self> {
    RandomActions(self, probability: probability)
  }
}
