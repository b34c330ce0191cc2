/// Turns and scales rows so that over some of them all directions are independent and of size 1.
package struct Whitening: Sendable {
  private let width: Int
  private let mean: [Double]
  /// Directions, each divided by its deviation, `[direction, number]`.
  private let directions: [Double]

  /// The least variance of a direction, as a share of the greatest: below it is rounding.
  private static let leastShare = 1e-6

  /// Learns from rows.
  ///
  /// - Parameters:
  ///   - rows: `[row, number]`, two or more.
  ///   - width: numbers of a row, 1 or more.
  /// - Returns: nil of fewer rows, or where a number is not finite.
  package init?(of rows: [Double], width: Int) {
    let count = rows.count / max(1, width)
    guard width >= 1, count >= 2, count * width == rows.count else { return nil }
    var mean = [Double](repeating: 0, count: width)
    for (place, value) in rows.enumerated() { mean[place % width] += value / Double(count) }
    let centred = rows.enumerated().map { $1 - mean[$0 % width] }
    let covariance = SymmetricMatrix.transposedProduct(centred, centred, rows: count)
      .map { $0 / Double(count - 1) }
    guard let found = SymmetricMatrix.decompose(covariance, n: width) else { return nil }
    let least = max((found.values.max() ?? 0) * Self.leastShare, .leastNormalMagnitude)
    (self.width, self.mean) = (width, mean)
    directions = found.vectors.enumerated().map { place, value in
      value / max(least, found.values[place / width]).squareRoot()
    }
  }

  /// The squared distance of each row from the mean: the squared Mahalanobis distance.
  package func squaredLengths(of rows: [Double]) -> [Double] {
    let centred = rows.enumerated().map { $1 - mean[$0 % width] }
    let turned = SymmetricMatrix.rowProducts(centred, directions, width: width)
    return stride(from: 0, to: turned.count, by: width).map { start in
      turned[start..<start + width].reduce(0) { $0 + $1 * $1 }
    }
  }
}
