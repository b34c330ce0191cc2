import Randomness
import Statistics

/// Random matrices whose rows or columns, whichever are fewer, are orthonormal, times a gain.
///
/// The orthogonal factor of a matrix of normal numbers, A (AᵀA)^−½, is uniform among all of them.
///
/// - SeeAlso: A. Saxe, J. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in
///   deep linear neural networks" (2014).
enum OrthogonalMatrix {
  /// Draws a matrix.
  ///
  /// - Returns: `[rows, columns]`, row-major.
  static func draw(
    rows: Int, columns: Int, gain: Double, from stream: inout RandomStream
  ) -> [Float] {
    let (long, short) = (max(rows, columns), min(rows, columns))
    let normal = (0..<long * short).map { _ in stream.standardNormal() }
    let squares = SymmetricMatrix.transposedProduct(normal, normal, rows: long)
    guard let (values, vectors) = SymmetricMatrix.decompose(squares, n: short) else {
      return normal.map { Float($0 * gain / Double(long).squareRoot()) }
    }
    // vectorsᵀ · diag(λ^−½) · vectors
    var scaled = vectors
    for row in 0..<short {
      let factor = 1 / max(values[row], .leastNormalMagnitude).squareRoot()
      for column in 0..<short { scaled[row * short + column] *= factor }
    }
    let root = SymmetricMatrix.transposedProduct(vectors, scaled, rows: short)
    let tall = SymmetricMatrix.product(normal, root, rows: long, n: short)
    return (0..<rows * columns).map { place in
      let (row, column) = (place / columns, place % columns)
      return Float(gain * (rows >= columns ? tall[place] : tall[column * rows + row]))
    }
  }
}
