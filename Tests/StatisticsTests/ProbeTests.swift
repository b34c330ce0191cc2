import Randomness
import Statistics
import Testing

@Suite("Probes")
struct ProbeTests {
  @Test("a ridge probe finds a linear map and explains nothing of noise")
  func ridge() {
    var stream = RandomStream(seed: 3)
    var features: [Float] = []
    var linear: [Double] = []
    var noise: [Double] = []
    for _ in 0..<600 {
      let row = (0..<5).map { _ in Float(stream.standardNormal()) }
      features += row
      linear.append(3 + 2 * Double(row[0]) - Double(row[3]))
      noise.append(stream.standardNormal())
    }
    let half = 300
    func score(_ targets: [Double]) -> Double {
      RidgeProbe(features: Array(features[..<(half * 5)]), targets: Array(targets[..<half]))
        .explainedVariance(
          features: Array(features[(half * 5)...]), targets: Array(targets[half...]))
    }
    #expect(score(linear) > 0.999)
    #expect(score(noise) < 0.1)
  }

  @Test(
    "explained variance is 1 of the truth, 0 of its mean, below 0 of what is worse, and has none of a constant"
  )
  func explained() {
    let truth = [1.0, 2, 3, 6]
    #expect(ExplainedVariance.value(told: truth, of: truth) == 1)
    #expect(ExplainedVariance.value(told: [3, 3, 3, 3], of: truth) == 0)
    // Squared errors 1 + 1 + 1 + 4 beside 4 + 1 + 0 + 9.
    #expect(ExplainedVariance.value(told: [2, 1, 4, 4], of: truth) == 0.5)
    #expect(ExplainedVariance.value(told: [6, 3, 2, 1], of: truth) < 0)
    #expect(ExplainedVariance.value(told: [1, 2], of: [5, 5]).isNaN)
    let sums = ExplainedVariance.columns(told: [2, 1, 4, 4], of: truth).map { $0.reduce(0, +) }
    #expect(ExplainedVariance.ofSums(sums.map { $0 * 7 }) == 0.5)
  }

  @Test("principal components find the directions in which rows vary")
  func components() {
    var stream = RandomStream(seed: 4)
    let columns = 24
    var rows: [Float] = []
    for _ in 0..<60 {
      let (a, b) = (Float(stream.standardNormal()), Float(stream.standardNormal()) * 0.3)
      rows += (0..<columns).map { 0.5 + ($0 < 12 ? a : b) * 0.1 }
    }
    let found = PrincipalComponents(rows: rows, rowCount: 60, count: 2)
    let first = Array(found.directions[..<columns])
    // 1/√12 each; among 60 draws the two halves correlate by chance, which turns the axes a little.
    #expect(first[..<12].allSatisfy { abs(abs($0) - 0.2887) < 0.01 })
    #expect(first[12...].allSatisfy { abs($0) < 0.04 })
  }
}

@Suite("Readers of wide rows")
struct LinearReaderTests {
  @Test(
    "a reader finds a linear map of rows wider than many, and reads the mean where there is none")
  func wide() {
    var stream = RandomStream(seed: 5)
    let (rows, width) = (40, 300)
    // Rows on a plane: the map can be known from few.
    let directions = (0..<2 * width).map { _ in Float(stream.standardNormal()) }
    var (values, targets) = ([Float](), [Double]())
    for _ in 0..<2 * rows {
      let (a, b) = (Float(stream.standardNormal()), Float(stream.standardNormal()))
      values += (0..<width).map { 3 + a * directions[$0] + b * directions[width + $0] }
      targets += [2 * Double(a) - Double(b) + 7, 5]
    }
    let all = SampleSet(values, width: width)
    let reader = LinearReader(
      all.rows(Array(0..<rows)), targets: Array(targets[..<(2 * rows)]), penalty: 1e-6)
    let read = reader.read(all.rows(Array(rows..<2 * rows)))
    for place in read.indices { #expect(abs(read[place] - targets[2 * rows + place]) < 1e-3) }
  }
}

@Suite("Readers of parts of rows")
struct RidgeRowsTests {
  /// Solves `matrix · x = right` by elimination.
  private func solved(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var rows = zip(matrix, right).map { $0 + [$1] }
    for column in rows.indices {
      let pivot = (column..<rows.count).max { abs(rows[$0][column]) < abs(rows[$1][column]) }
      rows.swapAt(column, pivot ?? column)
      for row in rows.indices where row != column {
        let factor = rows[row][column] / rows[column][column]
        for place in rows[row].indices { rows[row][place] -= factor * rows[column][place] }
      }
    }
    return rows.indices.map { rows[$0][rows.count] / rows[$0][$0] }
  }

  @Test(
    "any part of rows gives what its own rows give, by any penalty; wider than many or not",
    arguments: 0..<12)
  func parts(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed))
    let (count, width) = (stream.integers(in: 8..<24), stream.integers(in: 1..<24))
    let columns = stream.integers(in: 1..<4)
    let values = (0..<count * width).map { _ in Float(2 + 3 * stream.standardNormal()) }
    let set = SampleSet(values, width: width)
    let chosen = stream.choice(stream.integers(in: 2..<count), of: count)
    let targets = (0..<chosen.count * columns).map { _ in stream.standardNormal() }
    let penalties = (0..<columns).map { _ in [0.01, 0.3, 5][stream.integers(in: 0..<3)] }
    let part = RidgeRows(set).part(chosen)
    let fit = part.fit(targets, penalties: penalties)
    let read = part.read(Array(0..<count), by: [fit])[0]
    let direct = part.reader(fit).read(set)
    // The normal equations of the part's own rows, by elimination.
    let share = 1 / Double(chosen.count)
    let mean = (0..<width).map { number in
      chosen.reduce(0) { $0 + Double(values[$1 * width + number]) } * share
    }
    func row(_ row: Int) -> [Double] {
      (0..<width).map { Double(values[row * width + $0]) - mean[$0] }
    }
    let rows = chosen.map(row)
    let scale = rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } } * share
    for column in 0..<columns {
      let own = chosen.indices.map { targets[$0 * columns + column] }
      let offset = own.reduce(0, +) * share
      let matrix = (0..<width).map { a in
        (0..<width).map { b in
          rows.reduce(0) { $0 + $1[a] * $1[b] } + (a == b ? scale * penalties[column] : 0)
        }
      }
      let weights = solved(
        matrix,
        (0..<width).map { number in
          zip(rows, own).reduce(0) { $0 + $1.0[number] * ($1.1 - offset) }
        })
      for place in 0..<count {
        let expected = offset + zip(row(place), weights).reduce(0) { $0 + $1.0 * $1.1 }
        for found in [read, direct] {
          #expect(abs(found[place * columns + column] - expected) < 1e-7 * (1 + abs(expected)))
        }
      }
    }
  }
}
