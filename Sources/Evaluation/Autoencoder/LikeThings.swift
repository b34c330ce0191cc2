import Statistics

/// Things that look alike, by the facts that tell their places: `ball0X`, `ball0Y`, `ball1X` and so on.
///
/// A frame does not say which of them is which, only where some stand.
struct LikeThings {
  struct Place: Hashable, Comparable {
    let x: Float
    let y: Float
    static func < (a: Place, b: Place) -> Bool { (a.y, a.x) < (b.y, b.x) }
  }

  /// What they are called, such as `ball`.
  let name: String
  /// Their facts, by place in the list.
  let facts: [Int]
  /// Where they stand, frame by frame.
  let places: [Set<Place>]

  /// All things of which there are two or more.
  static func found(in facts: [CodedFactors.Factor]) -> [LikeThings] {
    var known: [(name: String, things: [String: (x: Int?, y: Int?)])] = []
    for (place, fact) in facts.enumerated() {
      guard let match = fact.name.wholeMatch(of: #/([A-Za-z]+)([0-9]+)([XY])/#) else { continue }
      let (name, number) = (String(match.1), String(match.2))
      let group = known.firstIndex { $0.name == name } ?? known.count
      if group == known.count { known.append((name, [:])) }
      var thing = known[group].things[number] ?? (nil, nil)
      if match.3 == "X" { thing.x = place } else { thing.y = place }
      known[group].things[number] = thing
    }
    return known.compactMap { name, things in
      let pairs = things.keys.sorted().compactMap { key -> (x: Int, y: Int)? in
        guard let x = things[key]?.x, let y = things[key]?.y else { return nil }
        return (x, y)
      }
      guard pairs.count > 1 else { return nil }
      return LikeThings(name, pairs, facts)
    }
  }

  private init(_ name: String, _ pairs: [(x: Int, y: Int)], _ facts: [CodedFactors.Factor]) {
    self.name = name
    self.facts = pairs.flatMap { [$0.x, $0.y] }
    places = facts[pairs[0].x].values.indices.map { row in
      Set(
        pairs.compactMap { pair in
          let (x, y) = (facts[pair.x].values[row], facts[pair.y].values[row])
          return x.isFinite && y.isFinite ? Place(x: x, y: y) : nil
        })
    }
  }

  /// The share of them that is found in reconstructions, of frames in which all are; nil where a linear reader
  /// does not find them.
  ///
  /// A reader learns of each place whether one stands there. As many places as there are things count as
  /// found: those that it holds likeliest.
  func share(fit: SampleSet, test: SampleSet, reconstructed: SampleSet) -> EntityRecall.Share? {
    let known = Set(places[..<fit.count].joined()).sorted()
    guard (2...Self.mostPlaces).contains(known.count) else { return nil }
    let rows = Array(0..<fit.count)
    let reader = LinearReader(
      fit.rows(rows),
      targets: rows.flatMap { row in known.map { places[row].contains($0) ? 1 : 0 } })
    let (shown, kept) = (reader.read(test), reader.read(reconstructed))
    func found(_ read: [Double], _ row: Int) -> Double {
      let standing = places[fit.count + row]
      let columns = read[row * known.count..<(row + 1) * known.count]
      let best = columns.indices.sorted { columns[$0] > columns[$1] }.prefix(standing.count)
      let hits = best.filter { standing.contains(known[$0 - columns.startIndex]) }
      return Double(hits.count) / Double(standing.count)
    }
    let judged = (0..<test.count).filter { !places[fit.count + $0].isEmpty }
    let readable = judged.filter { found(shown, $0) == 1 }
    guard judged.count >= EntityRecall.leastFrames,
      Double(readable.count) >= EntityRecall.leastReadable * Double(judged.count)
    else { return nil }
    return EntityRecall.Share(
      fact: name, recalled: readable.map { found(kept, $0) }, frames: readable)
  }

  private static let mostPlaces = 1_024
}
