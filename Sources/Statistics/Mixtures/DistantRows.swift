import Randomness

/// Rows far from each other, to begin groups with: each is drawn by the square of its distance from those
/// drawn before.
///
/// - SeeAlso: D. Arthur, S. Vassilvitskii, "k-means++: The Advantages of Careful Seeding" (2007), section 2.2.
package enum DistantRows {
  /// The group of each row, from 0: that of the drawn row that is nearest.
  ///
  /// - Parameters:
  ///   - rows: `[row, dimension]`, one or more.
  ///   - count: groups at most; fewer where fewer rows differ.
  ///   - beat: called for every group; may throw to stop.
  package static func groups(
    _ rows: [Double], dimensions: Int, count: Int, stream: inout RandomStream,
    beat: () throws -> Void = {}
  ) rethrows -> [Int] {
    try groups(
      rows: rows.count / dimensions, count: count, stream: &stream,
      distance: { squaredDistance(rows, $0, $1, dimensions) }, beat: beat)
  }

  /// The same of rows of any sort.
  ///
  /// - Parameters:
  ///   - rows: how many there are, one or more.
  ///   - distance: of two rows, squared.
  ///   - beat: called for every group; may throw to stop.
  static func groups(
    rows: Int, count: Int, stream: inout RandomStream,
    distance: (_ row: Int, _ other: Int) -> Double, beat: () throws -> Void = {}
  ) rethrows -> [Int] {
    var groups = [Int](repeating: 0, count: rows)
    var distances = [Double](repeating: .infinity, count: rows)
    var centre = stream.integers(in: 0..<rows)
    for group in 0..<count {
      try beat()
      for row in 0..<rows {
        let distance = distance(row, centre)
        guard distance < distances[row] else { continue }
        (distances[row], groups[row]) = (distance, group)
      }
      guard let next = draw(distances, &stream) else { break }
      centre = next
    }
    return groups
  }

  /// A row drawn by its squared distance; nil where all are 0.
  private static func draw(_ distances: [Double], _ stream: inout RandomStream) -> Int? {
    let sum = distances.reduce(0, +)
    guard sum > 0, sum.isFinite else { return nil }
    return stream.place(weighted: distances, sum: sum)
  }

  private static func squaredDistance(
    _ rows: [Double], _ a: Int, _ b: Int, _ dimensions: Int
  ) -> Double {
    rows.withUnsafeBufferPointer { rows in
      var sum = 0.0
      for dimension in 0..<dimensions {
        let difference = rows[a * dimensions + dimension] - rows[b * dimensions + dimension]
        sum += difference * difference
      }
      return sum
    }
  }
}
