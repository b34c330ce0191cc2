/// Takes every action several times: one step is so many of the world within, fewer at an end.
///
/// The reward is the sum; the observation is that after the last one.
public struct ActionRepeat<Base: World>: WorldWrapper {
  /// The world within.
  public var base: Base
  /// The world's, in longer steps.
  public let specification: WorldSpecification
  private let count: Int

  /// Repeats a world's actions 1 or more times.
  public init(_ base: Base, count: Int) {
    precondition(count >= 1, "ActionRepeat: \(count) times; give 1 or more")
    self.base = base
    self.count = count
    var specification = base.specification
    let (low, high) = (specification.rewardRange.lowerBound, specification.rewardRange.upperBound)
    specification.maximumSteps = (specification.maximumSteps + count - 1) / count
    specification.rewardRange = min(low, low * Float(count))...max(high, high * Float(count))
    specification.stepsPerSecond /= Double(count)
    self.specification = specification
  }

  /// Takes the action until all times are done or the episode has ended.
  public mutating func step(_ action: Base.Action) -> Step {
    var result = base.step(action)
    for _ in 1..<count where !result.ended {
      let next = base.step(action)
      result = Step(
        reward: result.reward + next.reward, terminated: next.terminated,
        truncated: next.truncated)
    }
    return result
  }
}

extension World {
  /// This world, every action taken so many times.
  public func actionRepeat(_ count: Int) -> ActionRepeat<Self> { ActionRepeat(self, count: count) }
}
