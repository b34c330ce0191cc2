/// The least distances of every row to other rows of its set, found while pairs come by.
struct NearestNeighbours {
  private let count: Int
  /// `[row, place]`: squared distances, the least first.
  private var least: [Double]

  /// The squared distance of each row to its k-th nearest neighbour in the set, itself left out.
  ///
  /// - Parameter k: below the number of rows.
  static func radii(_ set: SampleSet, k: Int, centre: [Double]) -> [Double] {
    precondition(k >= 1 && k < set.count, "NearestNeighbours: \(k) neighbours among \(set.count)")
    var neighbours = NearestNeighbours(count: k, rows: set.count)
    let pairs = PairBlocks(set, centre: centre)
    pairs.forEach { block in
      pairs.turnIntoDistances(block)
      neighbours.take(block)
    }
    return (0..<set.count).map { neighbours.least[$0 * k + k - 1] }
  }

  private init(count: Int, rows: Int) {
    self.count = count
    least = [Double](repeating: .infinity, count: rows * count)
  }

  private mutating func take(_ block: PairBlocks.Block) {
    let count = count
    least.withUnsafeMutableBufferPointer { least in
      for row in block.rows {
        let line = block.line(row)
        let first = block.columns.lowerBound
        for place in max(0, row + 1 - first)..<max(line.count, max(0, row + 1 - first)) {
          let (column, distance) = (first + place, line[place])
          if distance < least[(row + 1) * count - 1] { Self.insert(distance, row, count, least) }
          if distance < least[(column + 1) * count - 1] {
            Self.insert(distance, column, count, least)
          }
        }
      }
    }
  }

  private static func insert(
    _ distance: Double, _ row: Int, _ count: Int, _ least: UnsafeMutableBufferPointer<Double>
  ) {
    var place = (row + 1) * count - 1
    while place > row * count, least[place - 1] > distance {
      least[place] = least[place - 1]
      place -= 1
    }
    least[place] = distance
  }
}
