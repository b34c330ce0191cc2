/// A linear map from features to one quantity, fitted by ridge regression.
///
/// Features and target are standardised with the fitting set's mean and deviation; the penalty is on
/// the standardised weights. What a linear probe finds is what a linear controller can use.
///
/// - SeeAlso: A. E. Hoerl, R. W. Kennard, "Ridge Regression" (1970).
public struct RidgeProbe: Sendable {
  /// By how much the guess rises where a feature rises by one of its deviations.
  package let weights: [Double]
  private let featureMeans: [Double]
  /// The deviation of each feature over the fitting set, above 0.
  package let featureScales: [Double]
  private let targetMean: Double

  /// Fits the probe.
  ///
  /// - Parameters:
  ///   - features: `[sample, feature]`, row-major.
  ///   - targets: one a sample, all finite.
  ///   - penalty: ridge penalty a sample, above 0.
  /// - Precondition: there are `targets.count`×width features, and at least two samples.
  public init(features: [Float], targets: [Double], penalty: Double = 1e-3) {
    let samples = targets.count
    precondition(
      samples >= 2 && features.count % samples == 0,
      "RidgeProbe: \(features.count) features for \(samples) samples")
    let width = features.count / samples
    let (means, scales) = Self.moments(features, samples, width)
    let mean = targets.reduce(0, +) / Double(samples)
    var rows = [Double](repeating: 0, count: features.count)
    for index in rows.indices {
      rows[index] = (Double(features[index]) - means[index % width]) / scales[index % width]
    }
    let gram = SymmetricMatrix.transposedProduct(rows, rows, rows: samples)
    let moment = SymmetricMatrix.transposedProduct(rows, targets.map { $0 - mean }, rows: samples)
    weights = CholeskyFactor(gram, size: width, ridge: penalty * Double(samples)).solve(moment)
    featureMeans = means
    featureScales = scales
    targetMean = mean
  }

  /// The probe's guess for one row of features.
  public func predict(_ row: ArraySlice<Float>) -> Double {
    var sum = targetMean
    for (i, value) in row.enumerated() {
      sum += weights[i] * (Double(value) - featureMeans[i]) / featureScales[i]
    }
    return sum
  }

  /// The share of the target's variance that the probe explains on other samples, at most 1.
  ///
  /// - Parameters:
  ///   - features: `[sample, feature]`, row-major.
  ///   - targets: one a sample.
  /// - Returns: R² against the mean of these very targets; NaN without variance.
  public func explainedVariance(features: [Float], targets: [Double]) -> Double {
    let width = weights.count
    let told = targets.indices.map { predict(features[$0 * width..<($0 + 1) * width]) }
    return ExplainedVariance.value(told: told, of: targets)
  }

  private static func moments(
    _ features: [Float], _ samples: Int, _ width: Int
  ) -> (means: [Double], scales: [Double]) {
    var means = [Double](repeating: 0, count: width)
    var squares = [Double](repeating: 0, count: width)
    for sample in 0..<samples {
      for i in 0..<width { means[i] += Double(features[sample * width + i]) }
    }
    for i in 0..<width { means[i] /= Double(samples) }
    for sample in 0..<samples {
      for i in 0..<width {
        let deviation = Double(features[sample * width + i]) - means[i]
        squares[i] += deviation * deviation
      }
    }
    let scales = squares.map { max(1e-9, ($0 / Double(samples)).squareRoot()) }
    return (means, scales)
  }
}
