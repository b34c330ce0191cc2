import CLAPACK

/// Products and decompositions of row-major matrices in double precision, on the calling thread.
public enum SymmetricMatrix {
  /// `a · b`: `[rows, n]` of `[rows, n]` and `[n, n]`.
  package static func product(_ a: [Double], _ b: [Double], rows: Int, n: Int) -> [Double] {
    let (r, s) = (Int32(rows), Int32(n))
    var result = [Double](repeating: 0, count: rows * n)
    LinearAlgebra.exclusively {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, r, s, s, 1, a, s, b, s, 0, &result, s)
    }
    return result
  }

  /// `a · bᵀ`, the inner products of rows with rows: `[rows, others]` of `[rows, width]` and `[others, width]`.
  package static func rowProducts(_ a: [Double], _ b: [Double], width: Int) -> [Double] {
    let (m, n, k) = (Int32(a.count / width), Int32(b.count / width), Int32(width))
    var result = [Double](repeating: 0, count: Int(m) * Int(n))
    LinearAlgebra.exclusively {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, a, k, b, k, 0, &result, n)
    }
    return result
  }

  /// `aᵀ · b`: `[n, m]` of `[rows, n]` and `[rows, m]`.
  package static func transposedProduct(_ a: [Double], _ b: [Double], rows: Int) -> [Double] {
    let (n, m) = (a.count / max(1, rows), b.count / max(1, rows))
    var result = [Double](repeating: 0, count: n * m)
    guard rows > 0, n > 0, m > 0 else { return result }
    LinearAlgebra.exclusively {
      cblas_dgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, Int32(n), Int32(m), Int32(rows), 1, a, Int32(n), b,
        Int32(m), 0, &result, Int32(m))
    }
    return result
  }

  /// `matrix = decay · matrix + factor · rowsᵀ · rows`, in the upper triangle.
  package static func update(
    _ matrix: inout [Double], n: Int, decay: Double, factor: Double, rows: [Double]
  ) {
    let (r, s) = (Int32(rows.count / n), Int32(n))
    LinearAlgebra.exclusively {
      cblas_dsyrk(
        CblasRowMajor, CblasUpper, CblasTrans, s, r, factor, rows, s, decay, &matrix, s)
    }
  }

  /// Copies the upper triangle to the lower one.
  package static func mirror(_ matrix: inout [Double], n: Int) {
    matrix.withUnsafeMutableBufferPointer { values in
      for row in 0..<n {
        for column in row + 1..<max(n, row + 1) {
          values[column * n + row] = values[row * n + column]
        }
      }
    }
  }

  /// Eigenvalues in ascending order and orthonormal eigenvectors, one per row.
  ///
  /// - Parameters:
  ///   - matrix: symmetric, `[n, n]`.
  ///   - n: rows and columns, 0 or more.
  /// - Returns: nil where a number is not finite, or LAPACK fails.
  public static func decompose(_ matrix: [Double], n: Int) -> (
    values: [Double], vectors: [Double]
  )? {
    guard matrix.allSatisfy(\.isFinite) else { return nil }
    var (values, vectors) = ([Double](repeating: 0, count: n), matrix)
    let (job, triangle) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")))
    let status = LinearAlgebra.exclusively {
      return LAPACKE_dsyevd(
        LAPACK_COL_MAJOR, job, triangle, Int32(n), &vectors, Int32(n), &values)
    }
    return status == 0 ? (values, vectors) : nil
  }
}
