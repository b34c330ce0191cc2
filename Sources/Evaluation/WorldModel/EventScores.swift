/// How well probabilities foretell a rare event.
package struct EventScores: Hashable, Sendable {
  /// Precision and recall where probabilities above a threshold count as a prediction.
  package struct AtThreshold: Hashable, Sendable {
    /// The threshold.
    package let threshold: Double
    /// The share of predictions that came true; NaN without a prediction.
    package let precision: Double
    /// The share of events that were predicted; NaN without an event.
    package let recall: Double

    /// The harmonic mean of both; 0 where one is lacking.
    package var f1: Double {
      let product = precision * recall
      return product > 0 ? 2 * product / (precision + recall) : 0
    }
  }

  /// Steps at which the event came.
  package let events: Int
  /// All steps.
  package let count: Int
  /// The mean probability at events; NaN without one.
  package let meanAtEvents: Double
  /// The mean probability at the other steps.
  package let meanElsewhere: Double
  /// The probability that an event's step got more than another; 0.5 is chance, ties count half.
  package let areaUnderCurve: Double
  /// With probabilities above 0.5 as predictions.
  package let atHalf: AtThreshold
  /// With the threshold that makes F1 greatest, found on these very steps.
  package let atBest: AtThreshold

  /// Scores probabilities.
  ///
  /// - Parameters:
  ///   - probabilities: one a step.
  ///   - happened: whether the event came with the step.
  package init(probabilities: [Double], happened: [Bool]) {
    precondition(
      probabilities.count == happened.count,
      "EventScores: \(probabilities.count) probabilities for \(happened.count) steps")
    count = happened.count
    events = happened.count { $0 }
    meanAtEvents = mean(of: probabilities, where: happened, are: true)
    meanElsewhere = mean(of: probabilities, where: happened, are: false)
    let levels = Self.levels(probabilities, happened)
    areaUnderCurve = Self.area(levels)
    let curve = Self.curve(levels)
    let half = probabilities.indices.filter { probabilities[$0] > 0.5 }
    let hits = half.count { happened[$0] }
    atHalf = AtThreshold(
      threshold: 0.5, precision: Double(hits) / Double(half.count),
      recall: Double(hits) / Double(events))
    atBest = curve.max { ($0.f1, $1.threshold) < ($1.f1, $0.threshold) } ?? atHalf
  }

  /// Equal probabilities together, the greatest first.
  private typealias Level = (value: Double, events: Int, others: Int)

  private static func levels(_ probabilities: [Double], _ happened: [Bool]) -> [Level] {
    var levels: [Level] = []
    for index in probabilities.indices.sorted(by: { probabilities[$0] > probabilities[$1] }) {
      if levels.last?.value != probabilities[index] { levels.append((probabilities[index], 0, 0)) }
      levels[levels.count - 1].events += happened[index] ? 1 : 0
      levels[levels.count - 1].others += happened[index] ? 0 : 1
    }
    return levels
  }

  private static func area(_ levels: [Level]) -> Double {
    var (above, sum) = (0.0, 0.0)
    for level in levels {
      sum += Double(level.others) * (above + Double(level.events) / 2)
      above += Double(level.events)
    }
    let others = levels.reduce(0) { $0 + $1.others }
    return sum / (above * Double(others))
  }

  private static func curve(_ levels: [Level]) -> [AtThreshold] {
    let events = levels.reduce(0) { $0 + $1.events }
    var (hits, chosen) = (0, 0)
    return levels.map { level in
      hits += level.events
      chosen += level.events + level.others
      return AtThreshold(
        threshold: level.value, precision: Double(hits) / Double(chosen),
        recall: Double(hits) / Double(events))
    }
  }
}

/// How well rewards are predicted, and above all the rare ones.
package struct RewardScores: Hashable, Sendable {
  /// The share of the rewards' variance that predictions explain; NaN where rewards do not vary.
  package let explainedVariance: Double
  /// The root of the mean squared error.
  package let rootMeanSquaredError: Double
  /// The reward that comes most often.
  package let commonReward: Double
  /// Steps with another reward.
  package let rareCount: Int
  /// All steps.
  package let count: Int
  /// The mean of the rare rewards; NaN without any.
  package let rareMean: Double
  /// What is predicted on average where they come.
  package let predictedAtRare: Double
  /// What is predicted on average elsewhere.
  package let predictedElsewhere: Double
  /// How well predictions tell rare rewards from the common one; 0.5 is chance.
  package let areaUnderCurve: Double

  /// Scores predictions.
  ///
  /// - Parameters:
  ///   - predicted: one a step.
  ///   - actual: one a step.
  package init(predicted: [Double], actual: [Double]) {
    precondition(
      predicted.count == actual.count,
      "RewardScores: \(predicted.count) predictions of \(actual.count) rewards")
    count = actual.count
    var counts: [Double: Int] = [:]
    for reward in actual { counts[reward, default: 0] += 1 }
    let common = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    let isRare = actual.map { $0 != common }
    commonReward = common
    rareCount = isRare.count { $0 }
    rareMean = mean(of: actual, where: isRare, are: true)
    predictedAtRare = mean(of: predicted, where: isRare, are: true)
    predictedElsewhere = mean(of: predicted, where: isRare, are: false)
    let average = actual.reduce(0, +) / Double(max(1, count))
    let total = actual.reduce(0) { $0 + ($1 - average) * ($1 - average) }
    let residual = zip(predicted, actual).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    explainedVariance = total > 0 ? 1 - residual / total : .nan
    rootMeanSquaredError = (residual / Double(max(1, count))).squareRoot()
    areaUnderCurve =
      EventScores(
        probabilities: predicted.map { abs($0 - common) }, happened: isRare
      ).areaUnderCurve
  }
}

/// The mean of the values whose flag is the wanted one; NaN without any.
private func mean(of values: [Double], where flags: [Bool], are wanted: Bool) -> Double {
  let chosen = zip(values, flags).filter { $0.1 == wanted }
  return chosen.reduce(0) { $0 + $1.0 } / Double(chosen.count)
}
