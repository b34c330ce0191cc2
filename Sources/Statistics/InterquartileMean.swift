import Randomness

/// The mean of the middle half: less moved by a lucky or a failed run than the mean, and less wasteful
/// than the median.
///
/// - SeeAlso: R. Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice"
///   (2021), section 4.3.
package enum InterquartileMean {
  /// The mean without the lowest and the highest quarter of the values, each rounded down to whole values,
  /// so that of fewer than four none is left out.
  ///
  /// - Parameter values: in any order, 1 or more.
  package static func of(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "InterquartileMean: no values; give 1 or more")
    let cut = values.count / 4
    let middle = values.sorted()[cut..<values.count - cut]
    return middle.reduce(0, +) / Double(middle.count)
  }
}

extension MeasuredValue {
  /// A statistic of independent values, with the middle 95 % of what it is of values drawn anew.
  ///
  /// - Parameters:
  ///   - values: 1 or more; of a single one no interval is known.
  ///   - stream: draws the resamples.
  ///   - statistic: of as many values as there are.
  package init(
    of values: [Double], using stream: inout RandomStream, resamples: Int = 2_000,
    _ statistic: ([Double]) -> Double
  ) {
    guard values.count > 1 else {
      self.init(statistic(values))
      return
    }
    let others = (0..<resamples).map { _ in
      statistic(values.indices.map { _ in values[stream.integers(in: 0..<values.count)] })
    }
    self.init(statistic(values), resampled: others)
  }
}

/// The share of pairs in which a value of one set is the greater, a tie counting half.
///
/// - SeeAlso: H. B. Mann, D. R. Whitney, "On a Test of Whether one of Two Random Variables is
///   Stochastically Larger than the Other" (1947).
package enum ProbabilityOfImprovement {
  /// Of values over others.
  ///
  /// - Returns: 0 to 1; 0.5 of one law.
  package static func of(_ values: [Double], over others: [Double]) -> Double {
    precondition(
      !values.isEmpty && !others.isEmpty,
      "ProbabilityOfImprovement: \(values.count) and \(others.count) values; give 1 or more of each"
    )
    let wins = values.reduce(0.0) { sum, value in
      sum + others.reduce(0.0) { $0 + (value > $1 ? 1 : value == $1 ? 0.5 : 0) }
    }
    return wins / Double(values.count * others.count)
  }

  /// The same with the middle 95 % of what it is of values and others drawn anew.
  ///
  /// - Returns: ends of NaN where either set has a single value.
  package static func measured(
    _ values: [Double], over others: [Double], using stream: inout RandomStream,
    resamples: Int = 2_000
  ) -> MeasuredValue {
    let whole = of(values, over: others)
    guard values.count > 1, others.count > 1 else { return MeasuredValue(whole) }
    let shares = (0..<resamples).map { _ in
      of(
        values.indices.map { _ in values[stream.integers(in: 0..<values.count)] },
        over: others.indices.map { _ in others[stream.integers(in: 0..<others.count)] })
    }
    return MeasuredValue(whole, resampled: shares)
  }
}
