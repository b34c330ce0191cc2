/// Cuts rewards to a range.
public struct ClipReward<Base: World>: WorldWrapper {
  /// The world within.
  public var base: Base
  /// The world's, with a narrower range of rewards.
  public let specification: WorldSpecification
  private let range: ClosedRange<Float>

  /// Cuts a world's rewards to a range.
  public init(_ base: Base, to range: ClosedRange<Float>) {
    self.base = base
    self.range = range
    var specification = base.specification
    specification.rewardRange = specification.rewardRange.clamped(to: range)
    self.specification = specification
  }

  /// Steps and cuts the reward.
  public mutating func step(_ action: Base.Action) -> Step {
    var result = base.step(action)
    // No number stays none, so that whoever steps it hears of it.
    guard !result.reward.isNaN else { return result }
    result.reward = min(max(result.reward, range.lowerBound), range.upperBound)
    return result
  }
}

/// Divides rewards by the standard deviation of a running discounted return, so that it becomes about 1.
///
/// No mean is taken away. Statistics begin with a variance of 1 of weight 0.0001; a reset with a seed begins
/// them anew, one without goes on. They count per world: slots of a batch do not share them.
///
/// - SeeAlso: Gymnasium 1.4, gymnasium/wrappers/stateful_reward.py.
public struct NormalizeReward<Base: World>: WorldWrapper {
  /// The world within.
  public var base: Base
  /// Whether steps change the statistics; false to evaluate with those gathered so far.
  public var updates = true
  /// The world's, with the widest range that such a division can give.
  public let specification: WorldSpecification
  private let discount: Double
  private let epsilon: Double
  private var discountedReturn = 0.0
  private var statistics = RunningStatistics()

  /// Normalises a world's rewards.
  ///
  /// - Parameters:
  ///   - discount: the factor on yesterday's return, 0...1.
  ///   - epsilon: added to the variance, above 0.
  public init(_ base: Base, discount: Double = 0.99, epsilon: Double = 1e-8) {
    precondition(0...1 ~= discount, "NormalizeReward: discount \(discount); give 0...1")
    precondition(epsilon > 0, "NormalizeReward: epsilon \(epsilon); give more than 0")
    self.base = base
    self.discount = discount
    self.epsilon = epsilon
    var specification = base.specification
    let scale = Float(1 / epsilon.squareRoot())
    let (low, high) = (specification.rewardRange.lowerBound, specification.rewardRange.upperBound)
    specification.rewardRange = min(low, low * scale)...max(high, high * scale)
    self.specification = specification
  }

  /// Starts an episode, with a seed new statistics too.
  public mutating func reset(seed: UInt64?) {
    if seed != nil {
      statistics = RunningStatistics()
      discountedReturn = 0
    }
    base.reset(seed: seed)
  }

  /// Steps and divides the reward.
  public mutating func step(_ action: Base.Action) -> Step {
    var result = base.step(action)
    guard !result.reward.isNaN else { return result }
    let reward = Double(result.reward)
    discountedReturn = discountedReturn * (result.terminated ? 0 : discount) + reward
    if updates { statistics.add(discountedReturn) }
    result.reward = Float(reward / (statistics.variance + epsilon).squareRoot())
    return result
  }
}

/// Mean and variance of a growing series.
struct RunningStatistics: Sendable {
  private(set) var mean = 0.0
  private(set) var variance = 1.0
  private var count = 1e-4

  /// Takes one more value in.
  mutating func add(_ value: Double) {
    let difference = value - mean
    let total = count + 1
    mean += difference / total
    variance = (variance * count + difference * difference * count / total) / total
    count = total
  }
}

extension World {
  /// This world, its rewards cut to a range.
  public func clipReward(to range: ClosedRange<Float>) -> ClipReward<Self> {
    ClipReward(self, to: range)
  }

  /// This world, its rewards divided by the spread of returns.
  public func normalizeReward(
    discount: Double = 0.99, epsilon: Double = 1e-8
  ) -> NormalizeReward<Self> {
    NormalizeReward(self, discount: discount, epsilon: epsilon)
  }
}
