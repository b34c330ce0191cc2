/// A threshold above which a score is called abnormal, so that of fresh normal examples no more than a share
/// α are, whatever the law of the scores.
///
/// With n scores of normal examples that nothing was fitted to, it is the ⌈(n + 1)(1 − α)⌉-th least of them; the
/// share of false alarms, over the draw of these n and of a fresh example, is then between α − 1/(n + 1) and α.
///
/// - SeeAlso: V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World" (2005), section 2.2;
///   R. Laxhammar, G. Falkman, "Conformal Anomaly Detection" (2010).
package struct ConformalThreshold: Hashable, Sendable {
  /// The share of false alarms that is allowed, above 0 and below 1.
  package let alpha: Double
  /// Scores above it are abnormal; infinite where there are too few normal examples for α.
  package let value: Double
  private let sorted: [Double]

  /// Sets the threshold by scores of normal examples.
  ///
  /// - Parameters:
  ///   - normal: no NaN; of ⌈1/α⌉ − 1 examples or more for a finite threshold.
  ///   - alpha: above 0 and below 1.
  package init(normal: [Double], alpha: Double) {
    precondition(alpha > 0 && alpha < 1, "ConformalThreshold: alpha \(alpha); give a number in 0…1")
    (self.alpha, sorted) = (alpha, normal.sorted())
    let rank = Int((Double(normal.count + 1) * (1 - alpha) - 1e-9).rounded(.up))
    value = rank <= sorted.count && rank >= 1 ? sorted[rank - 1] : .infinity
  }

  /// The least α at which a score would be abnormal: the share of normal scores, with itself, that are as
  /// great.
  package func pValue(of score: Double) -> Double {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < score { low = middle + 1 } else { high = middle }
    }
    return Double(sorted.count - low + 1) / Double(sorted.count + 1)
  }
}
