/// A linear map from rows to a few numbers, by ridge regression.
package struct LinearReader: Sendable {
  /// Numbers that are read.
  package let columns: Int
  private let mean: [Double]
  private let offsets: [Double]
  /// `[column, number]`.
  private let weights: [Double]

  /// Names a map.
  ///
  /// - Parameters:
  ///   - mean: the row at which the offsets are read.
  ///   - offsets: one a column.
  ///   - weights: `[column, number]`.
  init(mean: [Double], offsets: [Double], weights: [Double]) {
    (columns, self.mean, self.offsets, self.weights) = (offsets.count, mean, offsets, weights)
  }

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
    let part = RidgeRows(rows).part(Array(0..<rows.count))
    let penalties = [Double](repeating: penalty, count: targets.count / rows.count)
    self = part.reader(part.fit(targets, penalties: penalties))
  }

  /// What is read of rows, `[row, column]`.
  package func read(_ rows: SampleSet) -> [Double] {
    var result = SymmetricMatrix.rowProducts(
      rows.rows(0..<rows.count, less: mean), weights, width: rows.width)
    for place in result.indices { result[place] += offsets[place % columns] }
    return result
  }
}
