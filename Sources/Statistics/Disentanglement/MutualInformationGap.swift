/// How much more the best number of a code tells of a factor than the second best, as a share of what there is
/// to be told: 1 where every factor stands in one number alone, 0 where none stands in one more than in
/// another.
///
/// Codes fall into 20 bins of equal width; information is that of the frequencies.
///
/// - SeeAlso: R. Chen et al., "Isolating Sources of Disentanglement in VAEs" (2018), section 4; the bins are
///   those of F. Locatello et al., "Challenging Common Assumptions" (2019).
package struct MutualInformationGap: Hashable, Sendable {
  /// The gap of each factor; NaN of one that does not vary.
  package let gaps: [Double]

  /// The mean gap over the factors that vary; NaN where none does.
  package var value: Double { gaps.filter(\.isFinite).mean }

  /// Measures the gaps.
  package init(_ table: CodedFactors) {
    let codes = (0..<table.width).map { Levels(binned: table.code($0)) }
    gaps = table.factors.map { factor in
      let levels = Levels(of: factor)
      let entropy = levels.entropy
      guard entropy > 0 else { return .nan }
      return codes.map { $0.information(with: levels) }.lead / entropy
    }
  }
}

extension [Double] {
  /// The mean; NaN where there are none.
  var mean: Double { isEmpty ? .nan : reduce(0, +) / Double(count) }

  /// How far the greatest is above the second greatest, or above 0 where it is alone.
  var lead: Double {
    let order = sorted(by: >)
    return (order.first ?? 0) - (order.count > 1 ? order[1] : 0)
  }
}
