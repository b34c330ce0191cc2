import Randomness

/// Percentile bootstrap of a number that follows from sums over rows, such as R².
///
/// Whole groups of rows are drawn, since rows of one group are not independent; nothing is fitted anew.
///
/// - SeeAlso: A. C. Davison, D. V. Hinkley, "Bootstrap Methods and their Application" (1997), section 3.8.
package enum SumsBootstrap {
  /// The number of all rows with its 95 % interval.
  ///
  /// - Parameters:
  ///   - columns: what is summed, `[column][row]`.
  ///   - labels: the group of each row, any numbers; nil where each row stands alone.
  ///   - resamples: number of resamples.
  ///   - stream: draws them.
  ///   - statistic: the number, of the columns' sums.
  /// - Returns: ends of NaN where no resample has such a number.
  package static func value(
    of columns: [[Double]], labels: [Int]? = nil, resamples: Int = 1_000,
    stream: inout RandomStream, _ statistic: ([Double]) -> Double
  ) -> MeasuredValue {
    let groups = grouped(columns, labels)
    let count = groups.count / max(1, columns.count)
    var values: [Double] = []
    for _ in 0..<(count > 0 ? resamples : 0) {
      var sums = [Double](repeating: 0, count: columns.count)
      for _ in 0..<count {
        let first = stream.integers(in: 0..<count) * sums.count
        for column in sums.indices { sums[column] += groups[first + column] }
      }
      let value = statistic(sums)
      if value.isFinite { values.append(value) }
    }
    let whole = statistic(columns.map { $0.reduce(0, +) })
    return values.isEmpty ? MeasuredValue(whole) : MeasuredValue(whole, resampled: values)
  }

  /// The sums of each group, `[group, column]`.
  private static func grouped(_ columns: [[Double]], _ labels: [Int]?) -> [Double] {
    let rows = columns.first?.count ?? 0
    precondition(
      columns.allSatisfy { $0.count == rows } && labels?.count ?? rows == rows,
      "SumsBootstrap: columns of \(columns.map(\.count)) rows, \(labels?.count ?? rows) labels")
    let names = labels.map { Set($0).sorted() } ?? Array(0..<rows)
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var sums = [Double](repeating: 0, count: names.count * columns.count)
    for row in 0..<rows {
      let group = labels.flatMap { places[$0[row]] } ?? row
      for (place, column) in columns.enumerated() {
        sums[group * columns.count + place] += column[row]
      }
    }
    return sums
  }
}
