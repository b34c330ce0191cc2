import Statistics
import Tensors
import Threads

/// The nearest other rows of every row of a set, exactly.
///
/// Candidates are found by inner products, some rows with all others at a time, and measured anew by differences:
/// time grows with the square of the rows, memory does not. The same bits for any number of threads.
package struct NeighbourTable: Sendable {
  /// Rows.
  package let rows: Int
  /// Neighbours a row.
  package let count: Int
  /// `[row, place]`: the nearest first, of equally near ones the one that comes first.
  package let indices: [Int32]
  /// `[row, place]`: Euclidean distances.
  package let distances: [Float]

  /// Rows whose neighbours are found together.
  private static let together = 32
  /// Columns that are compared at a time: a multiple of 16.
  private static let part = 2_048
  /// Candidates more than neighbours, for what rounding may put in the wrong order.
  private static let spare = 8

  /// Finds the neighbours.
  ///
  /// - Parameters:
  ///   - set: two rows or more, all finite.
  ///   - count: neighbours a row, 1 or more and below the number of rows.
  ///   - beat: called with the number of rows done; may throw to stop.
  package init(
    _ set: SampleSet, count: Int, beat: (Int) throws -> Void = { _ in }
  ) rethrows {
    precondition(
      count >= 1 && count < set.count, "NeighbourTable: \(count) neighbours among \(set.count) rows"
    )
    let (rows, width) = (set.count, set.width)
    (self.rows, self.count) = (rows, count)
    let centred = Self.centred(set)
    let packed = PackedMatrix(Tensor(centred, shape: [rows, width]), transposed: true)
    let offsets = (0..<rows).map { row in
      -0.5 * centred[row * width..<(row + 1) * width].reduce(0) { $0 + $1 * $1 }
    }
    var indices = [Int32](repeating: 0, count: rows * count)
    var distances = [Float](repeating: 0, count: rows * count)
    let blocks = (rows + Self.together - 1) / Self.together
    let atOnce = 64
    for first in stride(from: 0, to: blocks, by: atOnce) {
      let last = min(blocks, first + atOnce)
      indices.withUnsafeMutableBufferPointer { indices in
        distances.withUnsafeMutableBufferPointer { distances in
          centred.withUnsafeBufferPointer { centred in
            offsets.withUnsafeBufferPointer { offsets in
              parallelFor(last - first) { block in
                let start = (first + block) * Self.together
                let search = Search(
                  centred: centred, offsets: offsets, packed: packed, width: width, count: count)
                search.find(
                  start..<min(rows, start + Self.together), indices: indices, distances: distances)
              }
            }
          }
        }
      }
      try beat(min(rows, last * Self.together))
    }
    (self.indices, self.distances) = (indices, distances)
  }

  /// The same with fewer neighbours a row.
  package func nearest(_ fewer: Int) -> NeighbourTable {
    precondition(fewer <= count, "NeighbourTable.nearest: \(fewer) of \(count)")
    func cut<Element>(_ all: [Element]) -> [Element] {
      (0..<rows).flatMap { all[$0 * count..<$0 * count + fewer] }
    }
    return NeighbourTable(rows, fewer, cut(indices), cut(distances))
  }

  private init(_ rows: Int, _ count: Int, _ indices: [Int32], _ distances: [Float]) {
    (self.rows, self.count, self.indices, self.distances) = (rows, count, indices, distances)
  }

  /// Rows less their mean: distances lose no digits where all lie far from zero.
  private static func centred(_ set: SampleSet) -> [Float] {
    let mean = set.mean
    var values = set.values
    for row in 0..<set.count {
      for column in 0..<set.width {
        let place = row * set.width + column
        values[place] = Float(Double(values[place]) - mean[column])
      }
    }
    return values
  }

  /// The search for the neighbours of some rows.
  private struct Search {
    let centred: UnsafeBufferPointer<Float>
    let offsets: UnsafeBufferPointer<Float>
    let packed: PackedMatrix
    let width: Int
    let count: Int

    func find(
      _ some: Range<Int>, indices: UnsafeMutableBufferPointer<Int32>,
      distances: UnsafeMutableBufferPointer<Float>
    ) {
      guard let numbers = centred.baseAddress, let offsets = offsets.baseAddress else { return }
      let all = self.offsets.count
      var nearest = some.map { _ in
        NearestFew(count: min(all - 1, count + NeighbourTable.spare))
      }
      withUnsafeTemporaryAllocation(of: Float.self, capacity: some.count * part) { products in
        guard let base = products.baseAddress else { return }
        for column in stride(from: 0, to: all, by: part) {
          let columns = column..<min(all, column + part)
          // What is greatest is nearest: x · y − |y|² / 2. Only the columns of the part are written.
          packed.multiply(
            numbers + some.lowerBound * width, stride: width, rows: some.count, bias: offsets,
            part: columns, into: base - column, resultStride: part)
          for row in some.indices {
            let line = UnsafeBufferPointer(
              start: base + (row - some.lowerBound) * part, count: columns.count)
            nearest[row - some.lowerBound].take(line, from: column, except: row)
          }
        }
      }
      for row in some {
        write(nearest[row - some.lowerBound].places, of: row, indices, distances)
      }
    }

    private func write(
      _ candidates: [Int32], of row: Int, _ indices: UnsafeMutableBufferPointer<Int32>,
      _ distances: UnsafeMutableBufferPointer<Float>
    ) {
      let measured = candidates.map { (square: square(row, Int($0)), place: $0) }
        .sorted { ($0.square, $0.place) < ($1.square, $1.place) }
      for (place, found) in measured.prefix(count).enumerated() {
        indices[row * count + place] = found.place
        distances[row * count + place] = found.square.squareRoot()
      }
    }

    private func square(_ row: Int, _ other: Int) -> Float {
      var sum: Float = 0
      for column in 0..<width {
        let difference = centred[row * width + column] - centred[other * width + column]
        sum += difference * difference
      }
      return sum
    }
  }
}

/// The places of the greatest of numbers that come by, in falling order.
private struct NearestFew {
  private(set) var places: [Int32]
  private var values: [Float]

  init(count: Int) {
    places = [Int32](repeating: 0, count: count)
    values = [Float](repeating: -.infinity, count: count)
  }

  mutating func take(_ line: UnsafeBufferPointer<Float>, from first: Int, except: Int) {
    let count = values.count
    values.withUnsafeMutableBufferPointer { values in
      places.withUnsafeMutableBufferPointer { places in
        var least = values[count - 1]
        for index in 0..<line.count where line[index] > least && first + index != except {
          let value = line[index]
          var place = count - 1
          while place > 0, values[place - 1] < value {
            values[place] = values[place - 1]
            places[place] = places[place - 1]
            place -= 1
          }
          values[place] = value
          places[place] = Int32(first + index)
          least = values[count - 1]
        }
      }
    }
  }
}
