/// How far returns lie from those of random play, as tables show it: a multiple where random earns
/// something for sure, else a difference.
package struct AgainstRandom {
  private let mean: Double
  private let isMultiple: Bool

  /// Compares with random play.
  ///
  /// - Parameters:
  ///   - mean: its mean return; NaN where it was not played.
  ///   - low: the lower end of the mean's interval: a multiple of what may be nothing says nothing.
  package init(mean: Double, low: Double) {
    (self.mean, isMultiple) = (mean, low > 0)
  }

  /// What the column is called.
  package var title: String { isMultiple ? "× random" : "− random" }

  /// What stands in it for a mean return.
  package func cell(_ value: Double) -> String {
    if isMultiple { return NumberStyle.ratio(value / mean) }
    let difference = value - mean
    return (difference > 0 ? "+" : "") + NumberStyle.value(difference)
  }
}
