/// Distances of rows to the nearest rows of another set.
package enum NeighbourDistances {
  /// The distance of each row to its k-th nearest row of another set; memory grows with neither's pairs.
  ///
  /// - Parameters:
  ///   - rows: of as many numbers as the others.
  ///   - others: k or more.
  ///   - k: 1 or more; the nearest is the first.
  package static func distances(from rows: SampleSet, to others: SampleSet, k: Int) -> [Double] {
    precondition(
      k >= 1 && k <= others.count && rows.width == others.width,
      "NeighbourDistances: \(k) of \(others.count) rows of \(others.width), from rows of \(rows.width)"
    )
    var least = [[Double]](repeating: [Double](repeating: .infinity, count: k), count: rows.count)
    let pairs = PairBlocks(rows, others, centre: others.mean)
    pairs.forEach { block in
      pairs.turnIntoDistances(block)
      for row in block.rows {
        for distance in block.line(row) where distance < least[row][k - 1] {
          let place = least[row].firstIndex { distance < $0 } ?? k - 1
          least[row].insert(distance, at: place)
          least[row].removeLast()
        }
      }
    }
    return least.map { $0[k - 1].squareRoot() }
  }
}
