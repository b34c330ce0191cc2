import Foundation

/// Gaussian posteriors of many examples, taken together: q(z) = (1/N) Σ q(z | x).
package struct AggregatedPosterior: Sendable {
  /// Numbers of a latent.
  package let width: Int
  /// Examples.
  package let count: Int
  let means: [Float]
  let logVariances: [Float]

  /// Takes the posteriors of examples.
  ///
  /// - Parameters:
  ///   - means: `[example, number]`; so are `logVariances`.
  ///   - width: numbers of a latent.
  package init(means: [Float], logVariances: [Float], width: Int) {
    precondition(
      width >= 1 && means.count.isMultiple(of: width) && means.count == logVariances.count,
      "AggregatedPosterior: \(means.count) means and \(logVariances.count) log variances of \(width)"
    )
    (self.means, self.logVariances, self.width) = (means, logVariances, width)
    count = means.count / width
  }

  /// All examples but those of one of several groups, into which they fall in turn.
  package func without(_ group: Int, of groups: Int) -> AggregatedPosterior {
    let (some, others) = (
      SampleSet(means, width: width).without(group, of: groups),
      SampleSet(logVariances, width: width).without(group, of: groups)
    )
    return AggregatedPosterior(means: some.values, logVariances: others.values, width: width)
  }

  /// How many numbers are active.
  package var activeUnits: Int { areActive.count { $0 } }

  /// Whether the mean of a number varies by at least 0.01 over the examples (N − 1): the active units.
  ///
  /// - SeeAlso: Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted Autoencoders" (2016), section 5.2.
  package var areActive: [Bool] {
    let covariance = covarianceOfMeans
    return (0..<width).map { covariance[$0 * width + $0] >= 0.01 }
  }

  /// The total correlation of the Gaussian with q(z)'s covariance, in nats: ½ (Σ log Sⱼⱼ − log det S).
  ///
  /// 0 where the numbers of a latent are independent; NaN where one does not vary at all.
  ///
  /// - SeeAlso: F. Locatello et al., "Challenging Common Assumptions" (2019), section 5.2.
  package var totalCorrelation: Double {
    var covariance = covarianceOfMeans
    for latent in 0..<width {
      let variances = stride(from: latent, to: means.count, by: width).reduce(0.0) {
        $0 + exp(Double(logVariances[$1]))
      }
      covariance[latent * width + latent] += variances / Double(max(1, count))
    }
    let scales = (0..<width).map { covariance[$0 * width + $0].squareRoot() }
    for place in covariance.indices {
      covariance[place] /= scales[place / width] * scales[place % width]
    }
    return max(0, -0.5 * CholeskyFactor(covariance, size: width, ridge: 0).logDeterminant)
  }

  /// `[number, number]`, n − 1.
  private var covarianceOfMeans: [Double] {
    let rows = SampleSet(means, width: width)
    let centred = rows.rows(0..<count, less: rows.mean)
    return SymmetricMatrix.transposedProduct(centred, centred, rows: count)
      .map { $0 / Double(max(1, count - 1)) }
  }
}
