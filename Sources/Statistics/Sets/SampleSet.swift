/// Rows of numbers, each a sample of one law: vectors, or pictures row by row.
package struct SampleSet: Sendable {
  /// Rows.
  package let count: Int
  /// Numbers a row.
  package let width: Int
  /// `[row, number]`, all finite.
  package let values: [Float]

  /// Takes rows.
  ///
  /// - Parameters:
  ///   - values: `[row, number]`, all finite.
  ///   - width: numbers a row, 1 or more.
  package init(_ values: [Float], width: Int) {
    precondition(
      width >= 1 && values.count.isMultiple(of: width),
      "SampleSet: \(values.count) numbers are no rows of \(width)")
    (self.values, self.width, count) = (values, width, values.count / width)
  }

  /// The mean row.
  package var mean: [Double] {
    var sums = [Double](repeating: 0, count: width)
    forEachNumber { column, value in sums[column] += value }
    return sums.map { $0 / Double(max(1, count)) }
  }

  /// The variance of a number over the rows (n − 1), a mean over the numbers of a row.
  package var meanVariance: Double {
    let mean = mean
    var squares = 0.0
    forEachNumber { column, value in
      squares += (value - mean[column]) * (value - mean[column])
    }
    return squares / Double(max(1, count - 1) * width)
  }

  /// Some rows less another, in double precision: `[row, number]`.
  func rows(_ rows: Range<Int>, less centre: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: rows.count * width) { result, initialized in
      values.withUnsafeBufferPointer { values in
        centre.withUnsafeBufferPointer { centre in
          for row in rows {
            let (from, to) = (row * width, (row - rows.lowerBound) * width)
            for column in 0..<width {
              result[to + column] = Double(values[from + column]) - centre[column]
            }
          }
        }
      }
      initialized = rows.count * width
    }
  }

  /// Some rows, in the order that is named.
  package func rows(_ chosen: [Int]) -> SampleSet {
    SampleSet(chosen.flatMap { values[$0 * width..<($0 + 1) * width] }, width: width)
  }

  /// At most so many rows, evenly spread.
  package func spread(_ most: Int) -> SampleSet {
    guard count > most, most > 1 else { return self }
    return rows((0..<most).map { $0 * (count - 1) / (most - 1) })
  }

  /// All rows but those of one of several groups, into which they fall in turn.
  func without(_ group: Int, of groups: Int) -> SampleSet {
    rows((0..<count).filter { $0 % groups != group })
  }

  @inline(__always)
  private func forEachNumber(_ visit: (_ column: Int, _ value: Double) -> Void) {
    values.withUnsafeBufferPointer { values in
      for row in 0..<count {
        for column in 0..<width { visit(column, Double(values[row * width + column])) }
      }
    }
  }
}
