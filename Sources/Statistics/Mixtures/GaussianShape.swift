import Foundation

/// How a Gaussian spreads about its mean: the axes along which its numbers are independent.
struct GaussianShape: Hashable, Sendable {
  private let dimensions: Int
  /// Orthonormal, `[axis, dimension]`; nil where the axes are the dimensions.
  private let axes: [Double]?
  /// The standard deviation along each axis.
  private let deviations: [Double]
  /// log of the density at the mean.
  private let peak: Double

  /// The shape of a covariance, or of variances.
  ///
  /// - Returns: nil where it is not positive definite, or a number is not finite.
  init?(_ covariance: [Double], _ dimensions: Int, _ kind: GaussianMixture.Covariance) {
    var (variances, axes) = (covariance, [Double]?.none)
    if kind == .full {
      guard let found = SymmetricMatrix.decompose(covariance, n: dimensions) else { return nil }
      (variances, axes) = (found.values, found.vectors)
    }
    guard variances.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    (self.dimensions, self.axes) = (dimensions, axes)
    deviations = variances.map { $0.squareRoot() }
    peak = -0.5 * variances.reduce(Double(dimensions) * log(2 * Double.pi)) { $0 + log($1) }
  }

  /// The natural logarithm of the density at rows, `[row]` of `[row, dimension]`.
  func logDensities(of rows: [Double], about mean: ArraySlice<Double>) -> [Double] {
    let (turned, middle) = (turned(rows), turned(Array(mean)))
    return turned.withUnsafeBufferPointer { turned in
      stride(from: 0, to: turned.count, by: dimensions).map { start in
        var square = 0.0
        for axis in 0..<dimensions {
          let distance = (turned[start + axis] - middle[axis]) / deviations[axis]
          square += distance * distance
        }
        return peak - 0.5 * square
      }
    }
  }

  /// Rows along the axes.
  private func turned(_ rows: [Double]) -> [Double] {
    guard let axes else { return rows }
    return SymmetricMatrix.rowProducts(rows, axes, width: dimensions)
  }

  /// Standard normal numbers, one per axis, as a distance from the mean.
  func spread(_ noise: [Double]) -> [Double] {
    let scaled = zip(noise, deviations).map(*)
    guard let axes else { return scaled }
    return SymmetricMatrix.product(scaled, axes, rows: 1, n: dimensions)
  }

  /// The nearest covariance that varies by a floor or more along every axis.
  ///
  /// Of all such covariances it is the likeliest: each axis's variance is the greater of its own and the floor.
  static func raised(
    _ covariance: [Double], _ dimensions: Int, _ kind: GaussianMixture.Covariance, floor: Double
  ) -> [Double] {
    guard kind == .full else { return covariance.map { max(floor, $0) } }
    guard let found = SymmetricMatrix.decompose(covariance, n: dimensions),
      found.values.contains(where: { $0 < floor })
    else { return covariance }
    var scaled = found.vectors
    for index in scaled.indices { scaled[index] *= max(floor, found.values[index / dimensions]) }
    return SymmetricMatrix.transposedProduct(scaled, found.vectors, rows: dimensions)
  }
}
