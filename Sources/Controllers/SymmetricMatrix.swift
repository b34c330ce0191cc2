import CLAPACK

/// The few products and decompositions that CMA-ES needs, on the calling thread.
///
/// Matrices are row-major.
enum SymmetricMatrix {
  private static let oneThread: Void = umwelt_lapack_use_one_thread()

  /// `a · b`, or `a · bᵀ` where `transposed`: `[rows, n]` of `[rows, n]` and `[n, n]`.
  static func product(_ a: [Double], _ b: [Double], rows: Int, n: Int, transposed: Bool = false)
    -> [Double]
  {
    _ = oneThread
    let (r, s) = (Int32(rows), Int32(n))
    return [Double](unsafeUninitializedCapacity: rows * n) { result, count in
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans, r, s, s, 1, a, s, b,
        s, 0, result.baseAddress, s)
      count = rows * n
    }
  }

  /// `matrix = decay · matrix + factor · rowsᵀ · rows`, in the upper triangle.
  static func update(
    _ matrix: inout [Double], n: Int, decay: Double, factor: Double, rows: [Double]
  ) {
    _ = oneThread
    let (r, s) = (Int32(rows.count / n), Int32(n))
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, s, r, factor, rows, s, decay, &matrix, s)
  }

  /// Copies the upper triangle to the lower one.
  static func mirror(_ matrix: inout [Double], n: Int) {
    matrix.withUnsafeMutableBufferPointer { values in
      for row in 0..<n {
        for column in row + 1..<max(n, row + 1) { values[column * n + row] = values[row * n + column] }
      }
    }
  }

  /// Eigenvalues in ascending order and eigenvectors, a row each; nil where LAPACK fails.
  static func decompose(_ matrix: [Double], n: Int) -> (values: [Double], vectors: [Double])? {
    _ = oneThread
    guard matrix.allSatisfy(\.isFinite) else { return nil }
    var (values, vectors) = ([Double](repeating: 0, count: n), matrix)
    let (job, triangle) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")))
    let status = LAPACKE_dsyevd(
      LAPACK_COL_MAJOR, job, triangle, Int32(n), &vectors, Int32(n), &values)
    return status == 0 ? (values, vectors) : nil
  }
}
