/// Ridge regression on the same rows again and again: on parts of them, by several penalties, of several targets.
///
/// What all of it asks of the rows is worked out once: the inner products of rows where these are wider than many,
/// else those of their numbers. A part takes its share of them.
///
/// - SeeAlso: C. Saunders, A. Gammerman, V. Vovk, "Ridge Regression Learning Algorithm in Dual Variables" (1998).
package struct RidgeRows {
  /// Rows.
  package let count: Int
  /// Numbers a row.
  package let width: Int
  private let mean: [Double]
  /// Less their mean, `[row, number]`.
  private let rows: [Double]
  /// Whether products are of rows, `[row, row]`; of numbers otherwise, `[number, number]`.
  private let isWide: Bool
  private let products: [Double]

  /// Takes rows, at least one.
  package init(_ set: SampleSet) {
    precondition(set.count > 0, "RidgeRows: no rows")
    (count, width, mean) = (set.count, set.width, set.mean)
    rows = set.rows(0..<set.count, less: mean)
    isWide = set.count <= set.width
    products =
      isWide
      ? SymmetricMatrix.rowProducts(rows, rows, width: width)
      : SymmetricMatrix.transposedProduct(rows, rows, rows: count)
  }

  /// Some rows, less `centre`.
  private func some(_ chosen: [Int], less centre: [Double] = []) -> [Double] {
    var result = [Double]()
    result.reserveCapacity(chosen.count * width)
    for row in chosen {
      let line = rows[row * width..<(row + 1) * width]
      if centre.isEmpty { result += line } else { result += zip(line, centre).map(-) }
    }
    return result
  }

  /// Some of the rows, to learn from.
  package struct Part {
    private let all: RidgeRows
    private let chosen: [Int]
    /// The part's mean row, less that of all.
    private let centre: [Double]
    /// Products of the part's rows about their mean.
    private let matrix: [Double]
    /// Of every row of the set: its mean product with those of the part, where products are of rows.
    private let means: [Double]

    /// The rows' mean squared length.
    private var scale: Double {
      (0..<size).reduce(0) { $0 + matrix[$1 * size + $1] } / Double(chosen.count)
    }
    private var size: Int { all.isWide ? chosen.count : all.width }

    fileprivate init(_ all: RidgeRows, _ chosen: [Int]) {
      precondition(!chosen.isEmpty, "RidgeRows.Part: no rows")
      (self.all, self.chosen) = (all, chosen)
      let share = 1 / Double(chosen.count)
      if all.isWide {
        let products = all.products
        let means = (0..<all.count).map { row in
          chosen.reduce(0) { $0 + products[row * all.count + $1] } * share
        }
        let whole = chosen.reduce(0) { $0 + means[$1] } * share
        (self.means, centre) = (means, [])
        matrix = Self.centred(all, chosen, chosen, means, whole)
      } else {
        means = []
        centre = SymmetricMatrix.transposedProduct(
          [Double](repeating: share, count: chosen.count), all.some(chosen), rows: chosen.count)
        matrix = Self.products(all, chosen, centre)
      }
    }

    /// Products of rows with rows of the part, both about the part's mean.
    private static func centred(
      _ all: RidgeRows, _ rows: [Int], _ chosen: [Int], _ means: [Double], _ whole: Double
    ) -> [Double] {
      var result = [Double](repeating: 0, count: rows.count * chosen.count)
      all.products.withUnsafeBufferPointer { products in
        for (place, row) in rows.enumerated() {
          let (line, shift) = (row * all.count, whole - means[row])
          for (column, other) in chosen.enumerated() {
            result[place * chosen.count + column] = products[line + other] + shift - means[other]
          }
        }
      }
      return result
    }

    /// Products of the numbers of the part's rows about their mean: all products less those of the other rows,
    /// where these are fewer.
    private static func products(
      _ all: RidgeRows, _ chosen: [Int], _ centre: [Double]
    ) -> [Double] {
      var isChosen = [Bool](repeating: false, count: all.count)
      for row in chosen { isChosen[row] = true }
      let others = isChosen.indices.filter { !isChosen[$0] }
      let isLess = chosen.count + others.count == all.count && others.count < chosen.count
      let few = isLess ? others : chosen
      let (width, count, rows) = (all.width, Double(chosen.count), all.some(few))
      var result =
        few.isEmpty
        ? [Double](repeating: 0, count: width * width)
        : SymmetricMatrix.transposedProduct(rows, rows, rows: few.count)
      for row in 0..<width {
        for column in 0..<width {
          let place = row * width + column
          if isLess { result[place] = all.products[place] - result[place] }
          result[place] -= count * centre[row] * centre[column]
        }
      }
      return result
    }

    /// What was learned: coefficients, `[size, column]`, and what is read at the mean.
    package struct Fit {
      fileprivate let coefficients: [Double]
      fileprivate let offsets: [Double]
    }

    /// Learns targets.
    ///
    /// - Parameters:
    ///   - targets: `[row of the part, column]`, all finite.
    ///   - penalties: one a column, above 0, as a share of the rows' mean squared length.
    package func fit(_ targets: [Double], penalties: [Double]) -> Fit {
      let (count, columns) = (chosen.count, penalties.count)
      precondition(
        targets.count == count * columns,
        "RidgeRows.Part.fit: \(targets.count) targets of \(columns) columns for \(count) rows")
      let offsets = (0..<columns).map { column in
        (0..<count).reduce(0) { $0 + targets[$1 * columns + column] } / Double(count)
      }
      let less = targets.indices.map { targets[$0] - offsets[$0 % columns] }
      let right =
        all.isWide
        ? less
        : SymmetricMatrix.transposedProduct(all.some(chosen), less, rows: count)
      var coefficients = [Double](repeating: 0, count: size * columns)
      for penalty in Set(penalties).sorted() {
        let own = penalties.indices.filter { penalties[$0] == penalty }
        let factor = CholeskyFactor(matrix, size: size, ridge: max(scale * penalty, 1e-12))
        let solved = factor.solve(
          columns: (0..<size).flatMap { row in own.map { right[row * columns + $0] } })
        for row in 0..<size {
          for (place, column) in own.enumerated() {
            coefficients[row * columns + column] = solved[row * own.count + place]
          }
        }
      }
      return Fit(coefficients: coefficients, offsets: offsets)
    }

    /// What fits read of rows of the set, `[row, column]` each.
    package func read(_ rows: [Int], by fits: [Fit]) -> [[Double]] {
      let shown: [Double]
      if all.isWide {
        let whole = chosen.reduce(0) { $0 + means[$1] } / Double(chosen.count)
        shown = Self.centred(all, rows, chosen, means, whole)
      } else {
        shown = all.some(rows, less: centre)
      }
      return fits.map { fit in
        let columns = fit.offsets.count
        var result = SymmetricMatrix.rowProducts(
          shown, fit.coefficients.transposed(columns: columns), width: size)
        for place in result.indices { result[place] += fit.offsets[place % columns] }
        return result
      }
    }

    /// A fit as a reader of any rows.
    package func reader(_ fit: Fit) -> LinearReader {
      let columns = fit.offsets.count
      guard all.isWide else {
        return LinearReader(
          mean: zip(all.mean, centre).map(+), offsets: fit.offsets,
          weights: fit.coefficients.transposed(columns: columns))
      }
      let share = [Double](repeating: 1 / Double(chosen.count), count: chosen.count)
      let rows = all.some(chosen)
      let centre = SymmetricMatrix.transposedProduct(share, rows, rows: chosen.count)
      // What is learned of each column adds up to nothing, so that the part's mean falls out.
      return LinearReader(
        mean: zip(all.mean, centre).map(+), offsets: fit.offsets,
        weights: SymmetricMatrix.transposedProduct(fit.coefficients, rows, rows: chosen.count))
    }
  }

  /// Some of the rows, each once, at least one.
  package func part(_ chosen: [Int]) -> Part { Part(self, chosen) }
}

extension [Double] {
  /// `[column, row]` of `[row, column]`.
  fileprivate func transposed(columns: Int) -> [Double] {
    let rows = count / Swift.max(1, columns)
    return (0..<columns).flatMap { column in (0..<rows).map { self[$0 * columns + column] } }
  }
}
