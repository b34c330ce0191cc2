import Datasets
import EnvironmentKit
import Statistics

/// Whether a frame's facts still stand in its reconstruction: the agent, the key, the digit in its place.
///
/// A linear reader learns each fact from true frames, pixels or symbols. Of the held-out frames from which it
/// reads a fact right, those are recalled from whose reconstruction it does so too. A fact of few values is
/// read right where its true one wins, another within a twentieth of its range to either side. Of things that
/// look alike, such as `ball0X` and `ball1X`, places are read, whichever stands there.
package struct EntityRecall: Sendable {
  /// The share of one fact.
  package struct Share: Sendable {
    /// The fact.
    package let fact: String
    /// 1 for each frame in whose reconstruction the fact stands, 0 for others, of frames that show it; of things
    /// that look alike the share of those that stand.
    package let recalled: [Double]
    /// Which frames these are, of those to judge by.
    package let frames: [Int]
  }

  /// Below this share of frames read right a fact does not show in frames, to such a reader.
  static let leastReadable = 0.8
  static let leastFrames = 50
  private static let mostLevels = 32

  /// Of the facts that show in frames.
  package let shares: [Share]

  /// Fits readers, and reads.
  ///
  /// - Parameters:
  ///   - facts: of frames to learn from, then of those to judge by.
  ///   - fit: frames to learn from, `[frame, number]`.
  ///   - test: frames to judge by.
  ///   - reconstructed: their reconstructions.
  package init(
    _ facts: [CodedFactors.Factor], fit: SampleSet, test: SampleSet, reconstructed: SampleSet
  ) {
    var found: [(place: Int, share: Share)] = []
    let things = LikeThings.found(in: facts)
    let alike = Set(things.flatMap(\.facts))
    for thing in things {
      let share = thing.share(fit: fit, test: test, reconstructed: reconstructed)
      if let share { found.append((thing.facts[0], share)) }
    }
    for group in Self.groups(facts, without: alike, fitCount: fit.count) {
      let reader = LinearReader(
        fit.rows(group.rows),
        targets: group.rows.flatMap { row in
          group.facts.flatMap { $0.scale.target(facts[$0.place].values[row]) }
        })
      let (shown, kept) = (reader.read(test), reader.read(reconstructed))
      var column = 0
      for fact in group.facts {
        let columns = column..<column + fact.scale.width
        column = columns.upperBound
        let values = facts[fact.place].values[fit.count...]
        let judged = values.indices.filter { values[$0].isFinite }
        func isRight(_ read: [Double], _ row: Int) -> Bool {
          let first = (row - fit.count) * reader.columns
          return fact.scale.isRight(
            read[first + columns.lowerBound..<first + columns.upperBound], values[row])
        }
        let readable = judged.filter { isRight(shown, $0) }
        guard judged.count >= Self.leastFrames,
          Double(readable.count) >= Self.leastReadable * Double(judged.count)
        else { continue }
        let share = Share(
          fact: facts[fact.place].name, recalled: readable.map { isRight(kept, $0) ? 1 : 0 },
          frames: readable.map { $0 - fit.count })
        found.append((fact.place, share))
      }
    }
    shares = found.sorted { $0.place < $1.place }.map(\.share)
  }

  private typealias Group = (rows: [Int], facts: [(place: Int, scale: FactScale)])

  /// Facts that are there in the same frames to learn from share one reader.
  private static func groups(
    _ facts: [CodedFactors.Factor], without alike: Set<Int>, fitCount: Int
  ) -> [Group] {
    var groups: [Group] = []
    for (place, fact) in facts.enumerated() where !alike.contains(place) {
      let rows = (0..<fitCount).filter { fact.values[$0].isFinite }
      guard rows.count >= leastFrames,
        let scale = FactScale(fact, fitCount: fitCount, mostLevels: mostLevels)
      else { continue }
      if let known = groups.firstIndex(where: { $0.rows == rows }) {
        groups[known].facts.append((place, scale))
      } else {
        groups.append((rows, [(place, scale)]))
      }
    }
    return groups
  }
}

/// How a fact is read.
private struct FactScale {
  /// The values of a fact that has few; else empty.
  private let levels: [Float]
  private let tolerance: Double

  /// Nil where the fact does not vary, or is a category of too many kinds.
  init?(_ fact: CodedFactors.Factor, fitCount: Int, mostLevels: Int) {
    let found = Set(fact.values[..<fitCount].filter(\.isFinite)).sorted()
    guard let low = found.first, let high = found.last, low < high,
      !fact.isCategory || found.count <= mostLevels
    else { return nil }
    levels = found.count <= mostLevels ? found : []
    tolerance = (Double(high) - Double(low)) / 20
  }

  /// Columns of what a reader learns.
  var width: Int { max(1, levels.count) }

  /// What a reader learns: a column a level, or the number itself.
  func target(_ value: Float) -> [Double] {
    levels.isEmpty ? [Double(value)] : levels.map { $0 == value ? 1 : 0 }
  }

  func isRight(_ read: ArraySlice<Double>, _ value: Float) -> Bool {
    guard !levels.isEmpty else {
      return read.first.map { abs($0 - Double(value)) <= tolerance } ?? false
    }
    let best = read.indices.max { read[$0] < read[$1] }
    return best.map { levels[$0 - read.startIndex] == value } ?? false
  }
}
