/// Why a search should end.
public enum CMAESStopReason: String, Hashable, Sendable, Codable, CaseIterable {
  /// A loss at or below the target was told.
  case target
  /// As many losses as allowed were told.
  case maximumEvaluations
  /// As many generations as allowed were told.
  case maximumGenerations
  /// Losses of the last generation and the best ones of recent generations hardly differ.
  case lossTolerance
  /// The best losses of recent generations hardly differ.
  case lossHistoryTolerance
  /// Steps have become tiny in every coordinate.
  case stepTolerance
  /// Steps have grown beyond reason: the first sigma was far too small, or the loss is unbounded.
  case stepGrowth
  /// The covariance matrix is too ill-conditioned for its numbers.
  case condition
  /// Neither best nor median losses have improved for long.
  case stagnation
  /// A step along an axis no longer changes the mean's bits.
  case noEffect
}

/// Bounds at which a search should end; the defaults are pycma's.
public struct CMAESStopCriteria: Hashable, Sendable, Codable {
  /// The loss at which the search has succeeded.
  public var targetLoss: Double?
  /// Losses told at most.
  public var maximumEvaluations: Int?
  /// Generations told at most.
  public var maximumGenerations: Int?
  /// Least range of recent losses.
  public var lossTolerance = 1e-11
  /// Least range of the best losses of recent generations.
  public var lossHistoryTolerance = 1e-12
  /// Least step in any coordinate, in units of the first sigma.
  public var stepTolerance = 1e-11
  /// Greatest step along any axis, in units of the first sigma.
  public var stepGrowth = 1e3
  /// Greatest condition number of the covariance matrix.
  public var conditionNumber = 1e14

  /// Creates the default criteria, without target or limits.
  public init(
    targetLoss: Double? = nil, maximumEvaluations: Int? = nil, maximumGenerations: Int? = nil
  ) {
    self.targetLoss = targetLoss
    self.maximumEvaluations = maximumEvaluations
    self.maximumGenerations = maximumGenerations
  }
}

extension CMAES {
  /// The reasons to end now, in the order of their cases; empty where there is none.
  public func stopReasons(_ criteria: CMAESStopCriteria = .init()) -> [CMAESStopReason] {
    guard generation > 0 else { return [] }
    return CMAESStopReason.allCases.filter { holds($0, criteria) }
  }

  private func holds(_ reason: CMAESStopReason, _ criteria: CMAESStopCriteria) -> Bool {
    switch reason {
    case .target: (best?.loss ?? .infinity) <= (criteria.targetLoss ?? -.infinity)
    case .maximumEvaluations: evaluations >= (criteria.maximumEvaluations ?? .max)
    case .maximumGenerations: generation >= (criteria.maximumGenerations ?? .max)
    case .lossTolerance:
      max(lastRange, recentRange ?? .infinity) < criteria.lossTolerance
    case .lossHistoryTolerance: (recentRange ?? .infinity) < criteria.lossHistoryTolerance
    case .stepTolerance: greatestStep < criteria.stepTolerance * initialSigma
    case .stepGrowth: sigma * (scales.last ?? 0) > criteria.stepGrowth * initialSigma
    case .condition: conditionNumber > criteria.conditionNumber
    case .stagnation: history.stagnates(minimum: 120 + 30 * dimension / populationSize)
    case .noEffect: stepHasNoEffect
    }
  }

  /// The range of the best losses over the last 10 + ⌈30 N / λ⌉ generations; nil before so many.
  private var recentRange: Double? {
    history.bestRange(10 + (30 * dimension + populationSize - 1) / populationSize)
  }

  private var greatestStep: Double {
    var greatest = 0.0
    for index in 0..<dimension {
      let deviation = covariance[index * dimension + index].squareRoot()
      greatest = max(greatest, sigma * max(deviation, abs(covariancePath[index])))
    }
    return greatest
  }

  private var stepHasNoEffect: Bool {
    let axis = generation % dimension
    let alongAxis = mean.indices.allSatisfy {
      mean[$0] == mean[$0] + 0.1 * sigma * scales[axis] * axes[axis * dimension + $0]
    }
    return alongAxis
      || mean.indices.contains {
        mean[$0] == mean[$0] + 0.2 * sigma * covariance[$0 * dimension + $0].squareRoot()
      }
  }
}

/// The least and median losses of the last generations.
struct LossHistory: Hashable, Sendable {
  /// Generations kept at most.
  static let capacity = 20_000

  private(set) var best: [Double] = []
  private(set) var median: [Double] = []

  init() {}

  init(best: [Double], median: [Double]) {
    self.best = best
    self.median = median
  }

  mutating func append(best least: Double, median middle: Double) {
    if best.count == Self.capacity {
      best.removeFirst()
      median.removeFirst()
    }
    best.append(least)
    median.append(middle)
  }

  /// Greatest less least of the last `count` best losses; nil where there are fewer.
  func bestRange(_ count: Int) -> Double? {
    guard best.count >= count else { return nil }
    let recent = best.suffix(count)
    return (recent.max() ?? 0) - (recent.min() ?? 0)
  }

  /// Whether the newest 30 % of the window are no better than its oldest 30 %, in both histories.
  func stagnates(minimum: Int) -> Bool {
    let window = max(minimum, best.count / 5)
    guard best.count > window else { return false }
    return Self.noBetter(best.suffix(window)) && Self.noBetter(median.suffix(window))
  }

  private static func noBetter(_ window: ArraySlice<Double>) -> Bool {
    let part = max(1, window.count * 3 / 10)
    return middle(window.suffix(part)) >= middle(window.prefix(part))
  }

  private static func middle(_ values: ArraySlice<Double>) -> Double {
    let sorted = values.sorted()
    return sorted[sorted.count / 2]
  }
}
