import Randomness
import Statistics
import Threads

/// How far a map keeps neighbours: its trustworthiness and its continuity.
///
/// Trustworthiness is whether what lies close on the map lay close before; continuity, whether what lay close before
/// lies close on the map. Both are 1 for a map that keeps all, and about 0.5 for one at random. Each is a mean over
/// rows; of many rows it is taken over a seeded choice of them, their neighbours among all.
///
/// - SeeAlso: J. Venna, S. Kaski, "Neighborhood Preservation in Nonlinear Projection Methods: An Experimental Study" (2001),
///   equations 2 and 3.
package struct MapQuality: Sendable {
  /// Whether neighbours on the map are neighbours.
  package let trustworthiness: MeasuredValue
  /// Whether neighbours are neighbours on the map.
  package let continuity: MeasuredValue
  /// The share of a row's neighbours on the map that have its label; nil where there are no labels.
  package let sameLabel: MeasuredValue?
  /// Neighbours a row.
  package let neighbours: Int
  /// Rows that the means are over.
  package let rows: Int

  /// Neighbours that are looked at, where there are rows enough.
  package static let usualNeighbours = 15
  /// Rows that are looked at, at most.
  package static let mostRows = 2_000

  /// Names what was measured before.
  package init(
    trustworthiness: MeasuredValue, continuity: MeasuredValue, sameLabel: MeasuredValue?,
    neighbours: Int, rows: Int
  ) {
    (self.trustworthiness, self.continuity) = (trustworthiness, continuity)
    (self.sameLabel, self.neighbours, self.rows) = (sameLabel, neighbours, rows)
  }

  /// Measures a map.
  ///
  /// - Parameters:
  ///   - set: the rows, 4 or more.
  ///   - map: where each lies, `[row, number]`.
  ///   - labels: what each is; empty where nobody knows, NaN where one is not known.
  ///   - rootSeed: root of the streams `map/quality/…`.
  ///   - most: rows that are looked at, at most.
  ///   - beat: called with the share of the work that is done; may throw to stop.
  package init(
    of set: SampleSet, map: SampleSet, labels: [Float] = [], rootSeed: UInt64,
    most: Int = mostRows, beat: (Double) throws -> Void = { _ in }
  ) rethrows {
    precondition(
      set.count == map.count && set.count >= 4 && (labels.isEmpty || labels.count == set.count),
      "MapQuality: \(map.count) places and \(labels.count) labels for \(set.count) rows; 4 or more")
    let count = set.count
    // The scale of the means asks for fewer than half of the rows.
    let k = min(Self.usualNeighbours, (count - 1) / 2)
    var stream = RandomStream(root: rootSeed, name: "map/quality/rows")
    let chosen = min(count, most)
    let order = chosen < count ? stream.choice(chosen, of: count).sorted() : Array(0..<count)
    let (first, second) = (Columns(set), Columns(map))
    var rows = [Row](repeating: Row(), count: chosen)
    let (part, blocks, atOnce) = (16, (chosen + 15) / 16, 16)
    for start in stride(from: 0, to: blocks, by: atOnce) {
      let end = min(blocks, start + atOnce)
      rows.withUnsafeMutableBufferPointer { rows in
        parallelFor(end - start) { block in
          var comparison = Comparison(first, second, k: k)
          let first = (start + block) * part
          for place in first..<min(chosen, first + part) {
            rows[place] = comparison.row(order[place], labels)
          }
        }
      }
      try beat(Double(end) / Double(blocks))
    }
    (neighbours, self.rows) = (k, chosen)
    let scale = 2 / (Double(k) * Double(2 * count - 3 * k - 1))
    stream = RandomStream(root: rootSeed, name: "map/quality/resamples")
    trustworthiness = MeasuredValue(meanOf: rows.map { 1 - scale * $0.intruders }, using: &stream)
    continuity = MeasuredValue(meanOf: rows.map { 1 - scale * $0.lost }, using: &stream)
    let shares = rows.compactMap { $0.sameLabel.isFinite ? $0.sameLabel : nil }
    sameLabel = shares.isEmpty ? nil : MeasuredValue(meanOf: shares, using: &stream)
  }

  /// What was found of a row.
  private struct Row {
    /// By how much the ranks of false neighbours exceed `k`, in all.
    var intruders = 0.0
    /// The same of neighbours that the map has taken away.
    var lost = 0.0
    var sameLabel = Double.nan
  }

  /// Rows column by column.
  private struct Columns {
    let count: Int
    let width: Int
    let values: [Float]

    init(_ set: SampleSet) {
      (count, width) = (set.count, set.width)
      values = (0..<set.width).flatMap { column in
        (0..<set.count).map { set.values[$0 * set.width + column] }
      }
    }

    /// Squared distances of a row to all rows; to itself without end.
    func squares(of row: Int, into squares: inout [Float]) {
      squares.withUnsafeMutableBufferPointer { squares in
        values.withUnsafeBufferPointer { values in
          for place in 0..<count { squares[place] = 0 }
          for column in 0..<width {
            let line = UnsafeBufferPointer(rebasing: values[column * count..<(column + 1) * count])
            let here = line[row]
            for place in 0..<count {
              let difference = here - line[place]
              squares[place] += difference * difference
            }
          }
          squares[row] = .infinity
        }
      }
    }
  }

  private struct Comparison {
    private let (first, second): (Columns, Columns)
    private let k: Int
    private var before: [Float]
    private var after: [Float]

    init(_ first: Columns, _ second: Columns, k: Int) {
      (self.first, self.second, self.k) = (first, second, k)
      before = [Float](repeating: 0, count: first.count)
      after = before
    }

    mutating func row(_ row: Int, _ labels: [Float]) -> Row {
      first.squares(of: row, into: &before)
      second.squares(of: row, into: &after)
      let (near, shown) = (nearest(before), nearest(after))
      var found = Row()
      for place in shown where !near.contains(place) {
        found.intruders += Double(rank(place, before) - k)
      }
      for place in near where !shown.contains(place) {
        found.lost += Double(rank(place, after) - k)
      }
      if !labels.isEmpty, labels[row].isFinite {
        found.sameLabel = Double(shown.count { labels[$0] == labels[row] }) / Double(k)
      }
      return found
    }

    /// The places of the `k` least numbers, of equal ones those that come first.
    private func nearest(_ squares: [Float]) -> [Int] {
      var places: [Int] = []
      for place in squares.indices {
        if places.count == k, squares[place] >= squares[places[k - 1]] { continue }
        let to = places.firstIndex { squares[place] < squares[$0] } ?? places.count
        places.insert(place, at: to)
        if places.count > k { places.removeLast() }
      }
      return places
    }

    /// One more than how many numbers come before that of a place.
    private func rank(_ place: Int, _ squares: [Float]) -> Int {
      let own = squares[place]
      var before = 1
      for other in 0..<place where squares[other] <= own { before += 1 }
      for other in place + 1..<squares.count where squares[other] < own { before += 1 }
      return before
    }
  }
}
