import CLAPACK

/// The leading principal components of a set of rows: the linear yardstick for a latent space.
///
/// Exact: the eigenvectors of the inner products of the rows, or of the columns, whichever are fewer.
///
/// - SeeAlso: K. Pearson, "On lines and planes of closest fit to systems of points in space" (1901).
public struct PrincipalComponents: Sendable {
  /// Number of components.
  public let count: Int
  /// Orthonormal directions, `[component, column]`, the strongest first; zeros where there is no variance.
  public let directions: [Float]
  /// The variance along each direction, over rows (n − 1).
  public let variances: [Double]
  /// The mean row, `[column]`.
  public let mean: [Float]

  /// Finds the components.
  ///
  /// - Parameters:
  ///   - rows: `[row, column]`, row-major, more rows than components.
  ///   - rowCount: number of rows.
  ///   - count: components wanted.
  public init(rows: [Float], rowCount: Int, count: Int) {
    precondition(
      rowCount > count && count > 0 && rows.count % rowCount == 0,
      "PrincipalComponents: \(count) components of \(rowCount) rows")
    let columns = rows.count / rowCount
    let (mean, centred) = Self.centred(rows, rowCount, columns)
    let byRows = rowCount <= columns
    let size = byRows ? rowCount : columns
    let found = SymmetricMatrix.decompose(
      Self.products(centred, rowCount, columns, ofRows: byRows), n: size)
    let wanted = min(count, size)
    var axes = [Float](repeating: 0, count: count * columns)
    var variances = [Double](repeating: 0, count: count)
    for component in 0..<wanted {
      guard let found else { break }
      let axis = size - 1 - component
      let square = max(0, found.values[axis])
      variances[component] = square / Double(rowCount - 1)
      guard square > 1e-9 * max(1e-30, found.values[size - 1]) else { continue }
      let vector = found.vectors[axis * size..<(axis + 1) * size].map(Float.init)
      let direction =
        byRows ? Self.combined(vector, centred, columns, scale: 1 / square.squareRoot()) : vector
      axes.replaceSubrange(component * columns..<(component + 1) * columns, with: direction)
    }
    (self.count, self.mean, self.variances, directions) = (count, mean, variances, axes)
  }

  /// Scores of rows of bytes read as numbers in 0...1, `[row, component]`.
  public func scores(bytes: UnsafeBufferPointer<UInt8>, rowCount: Int) -> [Float] {
    precondition(
      bytes.count == rowCount * mean.count,
      "PrincipalComponents.scores: \(bytes.count) bytes for \(rowCount) rows of \(mean.count)")
    return scores(rows: bytes.map { Float($0) / 255 }, rowCount: rowCount)
  }

  /// Scores of rows, `[row, component]` of `[row, column]`.
  public func scores(rows: [Float], rowCount: Int) -> [Float] {
    let columns = mean.count
    precondition(
      rows.count == rowCount * columns,
      "PrincipalComponents.scores: \(rows.count) numbers for \(rowCount) rows of \(columns)")
    var result = [Float](repeating: 0, count: rowCount * count)
    guard rowCount > 0, columns > 0 else { return result }
    var centred = rows
    for index in centred.indices { centred[index] -= mean[index % columns] }
    LinearAlgebra.exclusively {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rowCount), Int32(count), Int32(columns), 1,
        centred, Int32(columns), directions, Int32(columns), 0, &result, Int32(count))
    }
    return result
  }

  private static func centred(
    _ rows: [Float], _ rowCount: Int, _ columns: Int
  ) -> (mean: [Float], rows: [Float]) {
    var sums = [Double](repeating: 0, count: columns)
    for row in 0..<rowCount {
      for column in 0..<columns { sums[column] += Double(rows[row * columns + column]) }
    }
    let mean = sums.map { Float($0 / Double(rowCount)) }
    var centred = rows
    for row in 0..<rowCount {
      for column in 0..<columns { centred[row * columns + column] -= mean[column] }
    }
    return (mean, centred)
  }

  /// Inner products of the rows, or of the columns; the triangle that is not computed is 0.
  private static func products(
    _ rows: [Float], _ rowCount: Int, _ columns: Int, ofRows: Bool
  ) -> [Double] {
    let (size, depth) = ofRows ? (rowCount, columns) : (columns, rowCount)
    var products = [Float](repeating: 0, count: size * size)
    LinearAlgebra.exclusively {
      // Read column by column, as the decomposition does, this is its upper triangle.
      cblas_ssyrk(
        CblasRowMajor, CblasLower, ofRows ? CblasNoTrans : CblasTrans, Int32(size), Int32(depth), 1,
        rows, Int32(columns), 0, &products, Int32(size))
    }
    return products.map(Double.init)
  }

  /// The rows combined with weights, scaled.
  private static func combined(
    _ weights: [Float], _ rows: [Float], _ columns: Int, scale: Double
  ) -> [Float] {
    var result = [Float](repeating: 0, count: columns)
    LinearAlgebra.exclusively {
      cblas_sgemv(
        CblasRowMajor, CblasTrans, Int32(weights.count), Int32(columns), Float(scale), rows,
        Int32(columns), weights, 1, 0, &result, 1)
    }
    return result
  }
}
