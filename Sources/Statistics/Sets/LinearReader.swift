/// A linear map from wide rows to a few numbers, by ridge regression through the inner products of the rows:
/// it costs by their number, whatever their width.
///
/// - SeeAlso: C. Saunders, A. Gammerman, V. Vovk, "Ridge Regression Learning Algorithm in Dual Variables" (1998).
package struct LinearReader: Sendable {
  /// Numbers that are read.
  package let columns: Int
  private let mean: [Double]
  private let offsets: [Double]
  /// `[column, number]`.
  private let weights: [Double]

  /// Fits the map.
  ///
  /// - Parameters:
  ///   - rows: at least one.
  ///   - targets: `[row, column]`, all finite.
  ///   - penalty: as a share of the rows' mean squared length, above 0.
  package init(_ rows: SampleSet, targets: [Double], penalty: Double = 1e-3) {
    precondition(
      rows.count > 0 && targets.count.isMultiple(of: rows.count),
      "LinearReader: \(targets.count) targets for \(rows.count) rows")
    let (count, columns) = (rows.count, targets.count / max(1, rows.count))
    let mean = rows.mean
    let centred = rows.rows(0..<count, less: mean)
    let offsets = (0..<columns).map { column in
      (0..<count).reduce(0) { $0 + targets[$1 * columns + column] } / Double(count)
    }
    let gram = SymmetricMatrix.rowProducts(centred, centred, width: rows.width)
    let trace = (0..<count).reduce(0) { $0 + gram[$1 * count + $1] } / Double(count)
    let factor = CholeskyFactor(gram, size: count, ridge: max(trace * penalty, 1e-12))
    let shares = factor.solve(columns: targets.indices.map { targets[$0] - offsets[$0 % columns] })
    weights = SymmetricMatrix.transposedProduct(shares, centred, rows: count)
    (self.columns, self.mean, self.offsets) = (columns, mean, offsets)
  }

  /// What is read of rows, `[row, column]`.
  package func read(_ rows: SampleSet) -> [Double] {
    var result = SymmetricMatrix.rowProducts(
      rows.rows(0..<rows.count, less: mean), weights, width: rows.width)
    for place in result.indices { result[place] += offsets[place % columns] }
    return result
  }
}
