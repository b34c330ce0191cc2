import Randomness

/// Groups of rows that lie near each other, each by its mean: k-means.
///
/// - SeeAlso: S. Lloyd, "Least squares quantization in PCM" (1982).
package struct GroupMeans: Sendable {
  /// The mean of each group.
  package let means: SampleSet

  private static let rounds = 20

  /// Finds groups.
  ///
  /// - Parameters:
  ///   - rows: at least one.
  ///   - count: groups, at most; those that come to be empty are left out.
  package init(_ rows: SampleSet, count: Int, using stream: inout RandomStream) {
    var groups = DistantRows.groups(
      rows.values.map(Double.init), dimensions: rows.width, count: count, stream: &stream, beat: {})
    var means = Self.means(rows, groups)
    for _ in 0..<Self.rounds {
      let next = Self.groups(of: rows, means)
      guard next != groups else { break }
      groups = next
      means = Self.means(rows, groups)
    }
    self.means = means
  }

  /// The group of each row: that of the nearest mean, the first of equals.
  package func groups(of rows: SampleSet) -> [Int] { Self.groups(of: rows, means) }

  private static func groups(of rows: SampleSet, _ means: SampleSet) -> [Int] {
    let pairs = PairBlocks(rows, means, centre: means.mean)
    var nearest = [(distance: Double, group: Int)](repeating: (.infinity, 0), count: rows.count)
    pairs.forEach { block in
      pairs.turnIntoDistances(block)
      for row in block.rows {
        for (place, distance) in block.line(row).enumerated() where distance < nearest[row].distance
        {
          nearest[row] = (distance, block.columns.lowerBound + place)
        }
      }
    }
    return nearest.map(\.group)
  }

  private static func means(_ rows: SampleSet, _ groups: [Int]) -> SampleSet {
    let width = rows.width
    let count = (groups.max() ?? 0) + 1
    var sums = [Double](repeating: 0, count: count * width)
    var sizes = [Int](repeating: 0, count: count)
    for (row, group) in groups.enumerated() {
      sizes[group] += 1
      for column in 0..<width {
        sums[group * width + column] += Double(rows.values[row * width + column])
      }
    }
    let means = sizes.indices.filter { sizes[$0] > 0 }.flatMap { group in
      (0..<width).map { Float(sums[group * width + $0] / Double(sizes[group])) }
    }
    return SampleSet(means, width: width)
  }
}
