import CLAPACK

/// The squared Fréchet distance of the Gaussians with the means and covariances of two sets:
/// |m₁ − m₂|² + tr(S₁ + S₂ − 2 (S₁S₂)^½).
///
/// With S = RᵀR the trace of the root is the sum of the singular values of R₁R₂ᵀ, which needs no root of a
/// matrix that is nearly singular. The number rises as rows become fewer, so only sets of equal sizes compare.
///
/// - SeeAlso: D. Dowson, B. Landau, "The Fréchet Distance between Multivariate Normal Distributions" (1982);
///   M. Heusel et al., "GANs Trained by a Two Time-Scale Update Rule" (2017).
package enum FrechetDistance {
  /// Where rows are wider than this, at most so many of them are looked at, evenly spread.
  package static let mostRows = 2_048
  private static let groups = 10

  /// The distance, with its interval by leaving out every tenth row of both sets at a time.
  ///
  /// - Parameters:
  ///   - first: 2 rows or more, of as many numbers as those of the second.
  package static func between(_ first: SampleSet, _ second: SampleSet) -> MeasuredValue {
    precondition(
      first.width == second.width && min(first.count, second.count) >= 2,
      "FrechetDistance: \(first.count) rows of \(first.width), \(second.count) of \(second.width)")
    let isWide = first.width > mostRows
    let (a, b) = isWide ? (first.spread(mostRows), second.spread(mostRows)) : (first, second)
    let value = distance(Moments(a), Moments(b))
    let parts = min(groups, a.count / 2, b.count / 2)
    guard parts > 1 else { return MeasuredValue(value) }
    let without = (0..<parts).map { part in
      distance(Moments(a.without(part, of: parts)), Moments(b.without(part, of: parts)))
    }
    return MeasuredValue(value, leavingOut: without)
  }

  private static func distance(_ a: Moments, _ b: Moments) -> Double {
    let means = zip(a.mean, b.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return means + a.trace + b.trace - 2 * a.factor.singularValueSum(with: b.factor)
  }

  private struct Moments {
    let mean: [Double]
    let trace: Double
    let factor: CovarianceFactor

    init(_ set: SampleSet) {
      mean = set.mean
      factor = CovarianceFactor(set, mean: mean)
      trace = factor.trace
    }
  }
}

/// R with RᵀR the covariance of a set (n − 1).
private struct CovarianceFactor {
  let width: Int
  /// `[row, number]`.
  let values: [Double]
  let trace: Double

  private var rows: Int { values.count / width }

  init(_ set: SampleSet, mean: [Double]) {
    width = set.width
    let scale = 1 / Double(max(1, set.count - 1)).squareRoot()
    var rows = set.rows(0..<set.count, less: mean)
    var trace = 0.0
    for place in rows.indices {
      rows[place] *= scale
      trace += rows[place] * rows[place]
    }
    self.trace = trace
    values = set.count > set.width ? Self.triangle(rows, set.count, set.width) : rows
  }

  /// The triangle R of rows = QR, `[width, width]`.
  private static func triangle(_ rows: [Double], _ count: Int, _ width: Int) -> [Double] {
    var (work, scales) = (rows, [Double](repeating: 0, count: width))
    // Read column by column the rows are their transpose, whose LQ is the QR that is wanted.
    _ = LinearAlgebra.exclusively {
      LAPACKE_dgelqf(
        LAPACK_COL_MAJOR, Int32(width), Int32(count), &work, Int32(width), &scales)
    }
    for row in 0..<width {
      for column in 0..<row { work[row * width + column] = 0 }
    }
    return Array(work[..<(width * width)])
  }

  /// The sum of the singular values of R₁R₂ᵀ.
  func singularValueSum(with other: CovarianceFactor) -> Double {
    let (m, n) = (Int32(rows), Int32(other.rows))
    var product = SymmetricMatrix.rowProducts(values, other.values, width: width)
    var singular = [Double](repeating: 0, count: min(rows, other.rows))
    var (left, right) = ([0.0], [0.0])
    _ = LinearAlgebra.exclusively {
      // Transposing changes no singular value.
      LAPACKE_dgesdd(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), n, m, &product, n, &singular, &left, 1, &right,
        1)
    }
    return singular.reduce(0, +)
  }
}
