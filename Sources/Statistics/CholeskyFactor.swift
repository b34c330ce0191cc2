import CLAPACK
import Foundation

/// The factorisation L·Lᵀ of a symmetric positive definite matrix with a ridge, by LAPACK.
package struct CholeskyFactor {
  private let size: Int
  private let factor: [Double]

  /// Factors a matrix.
  ///
  /// - Parameters:
  ///   - matrix: `[size, size]`, row-major, of which the lower triangle is read.
  ///   - ridge: added to its diagonal; where the sum is not positive definite, solutions are NaN.
  package init(_ matrix: [Double], size: Int, ridge: Double) {
    precondition(
      matrix.count == size * size, "CholeskyFactor: \(matrix.count) numbers for size \(size)")
    var factor = matrix
    for i in 0..<size { factor[i * size + i] += ridge }
    let status = LinearAlgebra.exclusively {
      LAPACKE_dpotrf(
        LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), Int32(size), &factor, Int32(size))
    }
    self.size = size
    self.factor = status == 0 ? factor : [Double](repeating: .nan, count: factor.count)
  }

  /// log det(matrix + ridge); NaN where it is not positive definite.
  package var logDeterminant: Double {
    (0..<size).reduce(0) { $0 + 2 * log(factor[$1 * size + $1]) }
  }

  /// The x with matrix · x = right, `[size]` both.
  package func solve(_ right: [Double]) -> [Double] { solve(columns: right) }

  /// The X with matrix · X = right, `[size, columns]` both.
  package func solve(columns right: [Double]) -> [Double] {
    precondition(right.count.isMultiple(of: max(1, size)), "CholeskyFactor.solve: misshapen right")
    let columns = right.count / max(1, size)
    guard size > 0, columns > 0 else { return right }
    guard factor[0].isFinite else { return [Double](repeating: .nan, count: right.count) }
    var result = right
    _ = LinearAlgebra.exclusively {
      LAPACKE_dpotrs(
        LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), Int32(size), Int32(columns), factor,
        Int32(size), &result, Int32(columns))
    }
    return result
  }
}
