/// Weighted edges between rows, the same in both directions: those of a row lie one after the other, in the order of
/// the rows that they lead to.
package struct NeighbourGraph: Sendable {
  /// Where the edges of each row begin; one more at the end.
  package let starts: [Int]
  /// The row that each edge leads to.
  package let ends: [Int32]
  /// The weight of each edge, above 0.
  package let weights: [Float]

  /// Rows.
  package var rows: Int { starts.count - 1 }

  /// Joins what every row says of its neighbours with what they say of it.
  ///
  /// - Parameters:
  ///   - table: the neighbours.
  ///   - weights: `[row, place]`, 0 or more.
  ///   - combine: what both directions together weigh, 0 for that in which a row is no neighbour; the same for both orders.
  ///   - isKept: whether an edge of such a weight counts.
  init(
    _ table: NeighbourTable, weights: [Float], combine: (Float, Float) -> Float,
    isKept: (Float) -> Bool = { $0 > 0 }
  ) {
    let (rows, count) = (table.rows, table.count)
    let given = Self.sorted(table, weights)
    let back = Self.transposed(given, rows: rows, count: count)
    var (starts, ends, joined) = ([0], [Int32](), [Float]())
    starts.reserveCapacity(rows + 1)
    for row in 0..<rows {
      var (here, there) = (row * count, back.starts[row])
      let (hereEnd, thereEnd) = (here + count, back.starts[row + 1])
      while here < hereEnd || there < thereEnd {
        let left = here < hereEnd ? given.ends[here] : .max
        let right = there < thereEnd ? back.ends[there] : .max
        let weight = combine(
          left <= right ? given.weights[here] : 0, right <= left ? back.weights[there] : 0)
        if isKept(weight) {
          ends.append(min(left, right))
          joined.append(weight)
        }
        if left <= right { here += 1 }
        if right <= left { there += 1 }
      }
      starts.append(ends.count)
    }
    (self.starts, self.ends, self.weights) = (starts, ends, joined)
  }

  private struct Edges {
    var starts: [Int]
    var ends: [Int32]
    var weights: [Float]
  }

  /// The neighbours of every row in the order of their numbers.
  private static func sorted(_ table: NeighbourTable, _ weights: [Float]) -> Edges {
    var edges = Edges(starts: [], ends: table.indices, weights: weights)
    for row in 0..<table.rows {
      let range = row * table.count..<(row + 1) * table.count
      let order = range.sorted { table.indices[$0] < table.indices[$1] }
      for (place, from) in zip(range, order) {
        edges.ends[place] = table.indices[from]
        edges.weights[place] = weights[from]
      }
    }
    return edges
  }

  private static func transposed(_ edges: Edges, rows: Int, count: Int) -> Edges {
    var starts = [Int](repeating: 0, count: rows + 1)
    for end in edges.ends { starts[Int(end) + 1] += 1 }
    for row in 0..<rows { starts[row + 1] += starts[row] }
    var next = starts
    var back = Edges(
      starts: starts, ends: edges.ends, weights: edges.weights)
    for row in 0..<rows {
      for place in row * count..<(row + 1) * count {
        let to = next[Int(edges.ends[place])]
        next[Int(edges.ends[place])] += 1
        back.ends[to] = Int32(row)
        back.weights[to] = edges.weights[place]
      }
    }
    return back
  }
}
