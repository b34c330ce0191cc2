/// Truncates episodes after a number of steps; `terminated` stays as it is.
public struct TimeLimit<Base: World>: WorldWrapper {
  /// The world within.
  public var base: Base
  /// The world's, with fewer steps.
  public let specification: WorldSpecification
  private let steps: Int
  private var elapsed = 0

  /// Limits a world's episodes to 1 or more steps.
  public init(_ base: Base, steps: Int) {
    precondition(steps >= 1, "TimeLimit: \(steps) steps; give 1 or more")
    self.base = base
    self.steps = steps
    var specification = base.specification
    specification.maximumSteps = min(steps, specification.maximumSteps)
    self.specification = specification
  }

  /// Starts an episode, and to count.
  public mutating func reset(seed: UInt64?) {
    elapsed = 0
    base.reset(seed: seed)
  }

  /// Steps, and truncates at the limit.
  public mutating func step(_ action: Base.Action) -> Step {
    var result = base.step(action)
    elapsed += 1
    if elapsed >= steps { result.truncated = true }
    return result
  }
}

extension World {
  /// This world, its episodes truncated after a number of steps.
  public func timeLimit(_ steps: Int) -> TimeLimit<Self> { TimeLimit(self, steps: steps) }
}
