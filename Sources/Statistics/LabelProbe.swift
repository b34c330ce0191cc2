/// A linear map for each label, fitted by ridge regression to 1 where a sample has it and 0 where not: the greatest
/// guess wins.
package struct LabelProbe: Sendable {
  /// The labels, ascending.
  package let labels: [Double]
  /// A map for each.
  package let probes: [RidgeProbe]

  /// Fits the maps.
  ///
  /// - Parameters:
  ///   - features: `[sample, feature]`, row-major.
  ///   - labels: one a sample, two samples or more.
  ///   - penalty: ridge penalty a sample, above 0.
  package init(features: [Float], labels: [Double], penalty: Double = 1e-3) {
    let known = Set(labels).sorted()
    self.labels = known
    probes = known.map { label in
      RidgeProbe(
        features: features, targets: labels.map { $0 == label ? 1 : 0 }, penalty: penalty)
    }
  }

  /// The label that one row of features is told to have; the first of those that are equally likely.
  package func label(of row: ArraySlice<Float>) -> Double { labels[place(of: row)] }

  /// The place of that label.
  package func place(of row: ArraySlice<Float>) -> Int {
    let guesses = probes.map { $0.predict(row) }
    return guesses.indices.max { (guesses[$0], $1) < (guesses[$1], $0) } ?? 0
  }
}
