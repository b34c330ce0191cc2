import Evaluation
import Foundation
import Randomness
import Statistics
import Testing
import Threads

/// Rows of a standard normal law.
private func normalRows(_ count: Int, _ width: Int, seed: UInt64 = 1) -> SampleSet {
  var stream = RandomStream(seed: seed)
  return SampleSet(
    (0..<count * width).map { _ in Float(stream.standardNormal()) }, width: width)
}

/// Three clouds of a standard deviation of 1, ten apart, one row of each in turn.
private func clouds(_ count: Int) -> (set: SampleSet, labels: [Float]) {
  let width = 8
  var values = normalRows(count, width).values
  for row in 0..<count { values[row * width + row % 3] += 10 }
  return (SampleSet(values, width: width), (0..<count).map { Float($0 % 3) })
}

private func distance(_ set: SampleSet, _ a: Int, _ b: Int) -> Double {
  let width = set.width
  let squares = (0..<width).map {
    pow(Double(set.values[a * width + $0]) - Double(set.values[b * width + $0]), 2)
  }
  return squares.reduce(0, +).squareRoot()
}

@Suite("Neighbours of rows")
struct NeighbourTableTests {
  @Test(
    "are those that a look at all pairs finds",
    arguments: [(5, 1, 4), (33, 3, 5), (700, 7, 40), (2_100, 20, 15)])
  func exact(_ rows: Int, _ width: Int, _ count: Int) throws {
    let set = normalRows(rows, width)
    let table = try NeighbourTable(set, count: count)
    for row in stride(from: 0, to: rows, by: max(1, rows / 30)) {
      let all = (0..<rows).filter { $0 != row }.map { (distance(set, row, $0), $0) }.sorted {
        $0 < $1
      }
      for place in 0..<count {
        let found = row * count + place
        #expect(Int(table.indices[found]) == all[place].1, "row \(row), place \(place)")
        // A Float has 24 bits; the sum of squares loses a few.
        #expect(abs(Double(table.distances[found]) - all[place].0) < 1e-5)
      }
    }
  }

  @Test("a row never is its own neighbour, and equal rows are at a distance of 0")
  func equalRows() throws {
    let table = try NeighbourTable(SampleSet([Float](repeating: 3, count: 60), width: 2), count: 4)
    for row in 0..<30 {
      let found = (0..<4).map { Int(table.indices[row * 4 + $0]) }
      #expect(!found.contains(row) && Set(found).count == 4)
    }
    #expect(table.distances.allSatisfy { $0 == 0 })
  }

  @Test("a Gaussian around each row has the perplexity that was asked for")
  func perplexity() throws {
    let table = try NeighbourTable(normalRows(300, 5), count: 60)
    let chances = Perplexity.chances(table, perplexity: 20)
    for row in 0..<300 {
      let line = chances[row * 60..<(row + 1) * 60].map(Double.init)
      let entropy = line.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
      #expect(abs(exp(entropy) - 20) < 1e-3 && abs(line.reduce(0, +) - 1) < 1e-5, "row \(row)")
    }
  }
}

@Suite("Maps of rows")
struct MapTests {
  /// The gradient over all pairs in double precision, a quarter of it.
  private func gradient(
    _ table: NeighbourTable, perplexity: Double, _ points: [Float]
  ) -> [Double] {
    let rows = table.rows
    let chances = Perplexity.chances(table, perplexity: perplexity)
    var joint = [Double](repeating: 0, count: rows * rows)
    for row in 0..<rows {
      for place in row * table.count..<(row + 1) * table.count {
        let other = Int(table.indices[place])
        let half = Double(chances[place]) / Double(2 * rows)
        joint[row * rows + other] += half
        joint[other * rows + row] += half
      }
    }
    let set = SampleSet(points, width: 2)
    func q(_ a: Int, _ b: Int) -> Double { 1 / (1 + pow(distance(set, a, b), 2)) }
    var sum = 0.0
    for a in 0..<rows { for b in 0..<rows where a != b { sum += q(a, b) } }
    return (0..<rows * 2).map { place in
      let (a, axis) = (place / 2, place % 2)
      return (0..<rows).filter { $0 != a }.reduce(0.0) { total, b in
        let difference = Double(points[2 * a + axis]) - Double(points[2 * b + axis])
        return total + (joint[a * rows + b] - q(a, b) / sum) * q(a, b) * difference
      }
    }
  }

  @Test(
    "the gradient is that over all pairs where no cell stands for its points, and close where some do"
  )
  func gradient() throws {
    let set = normalRows(300, 6)
    let table = try NeighbourTable(set, count: 30)
    let components = MapStart.components(set)
    func map(_ theta: Double, steps: Int = 0) -> TSNE {
      TSNE(
        table, components: components, perplexity: 10, steps: steps, rootSeed: 1, theta: theta)
    }
    var moved = map(0.5, steps: 90)
    try moved.run()
    let wanted = gradient(table, perplexity: 10, moved.points)
    let length = wanted.reduce(0) { $0 + $1 * $1 }.squareRoot()
    func error(_ theta: Double) -> Double {
      var map = map(theta)
      map.points = moved.points
      let found = map.gradient()
      return zip(found, wanted).reduce(0) { $0 + pow(Double($1.0) - $1.1, 2) }.squareRoot() / length
    }
    // Sums of 300 Floats.
    #expect(error(0) < 1e-4)
    #expect(error(0.5) > error(0) && error(0.5) < 0.05)
  }

  @Test("three clouds stay apart", arguments: MapMethod.allCases)
  func clusters(_ method: MapMethod) throws {
    let (set, labels) = clouds(240)
    let mapping = try LatentMapping(set, MapSettings(rows: 240, rootSeed: 1), methods: [method])
    let points = try mapping.map(method).points
    let quality = try MapQuality(
      of: set, map: SampleSet(points, width: 2), labels: labels, rootSeed: 1)
    #expect((quality.sameLabel?.value ?? 0) > 0.99)
    #expect(points.allSatisfy { $0.isFinite })
    // Chance is 0.5; within a cloud of no shape a plane keeps little of eight dimensions.
    #expect(quality.trustworthiness.value > 0.85 && quality.continuity.value > 0.85)
  }

  @Test("any number of threads gives the same bytes, another seed others")
  func threads() throws {
    let set = normalRows(1_500, 10)
    func points(_ method: MapMethod, threads: Int, seed: UInt64 = 1) throws -> [Float] {
      let before = ThreadCount.current
      defer { ThreadCount.current = before }
      ThreadCount.current = threads
      var settings = MapSettings(rows: set.count, rootSeed: seed)
      settings.steps = 12
      return try LatentMapping(set, settings, methods: [method]).map(method).points
    }
    for method in MapMethod.allCases {
      #expect(try points(method, threads: 1) == points(method, threads: 2), "\(method)")
    }
    for method in [MapMethod.tsne, .umap] {
      #expect(try points(method, threads: 2) != points(method, threads: 2, seed: 2), "\(method)")
    }
  }

  @Test("t-SNE's steps lower the divergence")
  func divergence() throws {
    let (set, _) = clouds(200)
    let table = try NeighbourTable(set, count: 45)
    func divergence(_ steps: Int) throws -> Double {
      var map = TSNE(
        table, components: MapStart.components(set), perplexity: 15, steps: steps, rootSeed: 1)
      try map.run()
      return map.divergence()
    }
    let (start, end) = (try divergence(0), try divergence(300))
    #expect(end < 0.5 * start && end > 0, "\(start) \(end)")
  }

  @Test("rows that are all equal give a map all the same", arguments: [MapMethod.tsne, .umap])
  func equalRows(_ method: MapMethod) throws {
    let set = SampleSet([Float](repeating: 1, count: 120), width: 3)
    var settings = MapSettings(rows: 40, rootSeed: 1)
    settings.steps = 20
    let points = try LatentMapping(set, settings, methods: [method]).map(method).points
    #expect(points.count == 80 && points.allSatisfy { $0.isFinite })
  }
}

@Suite("UMAP's parts")
struct UMAPPartsTests {
  @Test("the curve of a least distance and a spread is that of the authors' program")
  func curve() {
    // `umap.umap_.find_ab_params(spread, min_dist)`, as its documentation and issues quote it.
    let usual = UMAPCurve(minimumDistance: 0.1, spread: 1)
    #expect(abs(usual.a - 1.577) < 5e-4 && abs(usual.b - 0.895) < 5e-4, "\(usual)")
    let closest = UMAPCurve(minimumDistance: 0.001, spread: 1)
    #expect(abs(closest.a - 1.929) < 5e-3 && abs(closest.b - 0.7915) < 5e-3, "\(closest)")
  }

  @Test("a row is surely joined to its nearest, to all in all as log2 of their number")
  func memberships() throws {
    let table = try NeighbourTable(normalRows(200, 4), count: 15)
    let given = FuzzyGraph.memberships(table)
    let graph = FuzzyGraph.join(table)
    for row in 0..<200 {
      let edges = graph.starts[row]..<graph.starts[row + 1]
      let nearest = edges.first { graph.ends[$0] == table.indices[row * 15] }
      // 1 and what the other says, rounded to a Float.
      #expect(nearest.map { abs(graph.weights[$0] - 1) < 1e-6 } == true, "row \(row)")
      let sum = given[row * 15..<(row + 1) * 15].reduce(0.0) { $0 + Double($1) }
      #expect(abs(sum - log2(15)) < 1e-4, "row \(row): \(sum)")
      for edge in edges {
        let other = Int(graph.ends[edge])
        let back = (graph.starts[other]..<graph.starts[other + 1]).first { graph.ends[$0] == row }
        #expect(back.map { graph.weights[$0] } == graph.weights[edge])
      }
    }
  }
}

@Suite("What a map keeps")
struct MapQualityTests {
  @Test("is all where nothing is changed, and half where points lie at random")
  func ends() throws {
    let set = normalRows(400, 2)
    let same = try MapQuality(of: set, map: set, rootSeed: 1)
    #expect(same.trustworthiness.value == 1 && same.continuity.value == 1)
    let random = try MapQuality(of: set, map: normalRows(400, 2, seed: 2), rootSeed: 1)
    // Means over 400 rows of 15 ranks each: a standard error of about 0.004.
    #expect(abs(random.trustworthiness.value - 0.5) < 0.03, "\(random)")
    #expect(abs(random.continuity.value - 0.5) < 0.03, "\(random)")
    #expect(random.trustworthiness.low < random.trustworthiness.value)
  }

  @Test("is what the definition says, and close to it over some rows")
  func definition() throws {
    let set = normalRows(120, 5)
    let map = SampleSet(MapStart.components(set), width: 2)
    func ranks(_ set: SampleSet, _ row: Int) -> [Int: Int] {
      let order = (0..<120).filter { $0 != row }.sorted {
        distance(set, row, $0) < distance(set, row, $1)
      }
      return Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0 + 1) })
    }
    let k = 15
    var (trust, continuity) = (0.0, 0.0)
    for row in 0..<120 {
      let (before, after) = (ranks(set, row), ranks(map, row))
      for (other, rank) in before {
        let shown = after[other] ?? 0
        if shown <= k, rank > k { trust += Double(rank - k) }
        if rank <= k, shown > k { continuity += Double(shown - k) }
      }
    }
    let scale = 2 / Double(120 * k * (2 * 120 - 3 * k - 1))
    let quality = try MapQuality(of: set, map: map, rootSeed: 1)
    #expect(quality.neighbours == k && quality.rows == 120)
    #expect(abs(quality.trustworthiness.value - (1 - scale * trust)) < 1e-9)
    #expect(abs(quality.continuity.value - (1 - scale * continuity)) < 1e-9)
    let some = try MapQuality(of: set, map: map, rootSeed: 1, most: 60)
    #expect(some.rows == 60 && some.trustworthiness.value != quality.trustworthiness.value)
    #expect(abs(some.trustworthiness.value - quality.trustworthiness.value) < 0.03)
  }

  @Test("neighbours of the same label are counted, rows without one passed over")
  func labels() throws {
    let (set, labels) = clouds(90)
    func share(_ labels: [Float]) throws -> Double {
      try MapQuality(of: set, map: set, labels: labels, rootSeed: 1).sameLabel?.value ?? .nan
    }
    #expect(try share(labels) == 1)
    #expect(try share(labels.map { $0 == 0 ? .nan : $0 }) == 1)
    // Labels that have nothing to do with clouds: a third by chance.
    #expect(abs(try share(labels.indices.map { Float($0 / 3 % 3) }) - 1 / 3) < 0.05)
    #expect(try MapQuality(of: set, map: set, rootSeed: 1).sameLabel == nil)
  }
}
