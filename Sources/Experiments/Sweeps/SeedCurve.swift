import Pictures
import Randomness
import Statistics

/// How returns rose by real steps: means over seeds by parts of a training, with intervals by drawing whole seeds.
struct SeedCurve: Hashable, Sendable {
  /// Where each part ends.
  let steps: [Int]
  /// Of each part; NaN where no episode ended with any seed.
  let means: [GroupedMean]

  private static let parts = 24

  /// Merges a curve a seed.
  ///
  /// - Parameter most: real steps of the longest training that is compared.
  init(_ curves: [ReturnCurve], of most: Int, stream: RandomStream) {
    let each = curves.map { $0.means(inParts: Self.parts, of: most) }
    steps = (1...Self.parts).map { most * $0 / Self.parts }
    means = (0..<Self.parts).map { part in
      let known = each.indices.filter { each[$0][part].isFinite }
      var stream = stream
      return GroupedBootstrap(labels: known, stream: &stream).mean(known.map { each[$0][part] })
    }
  }
}

extension SweepReport {
  /// Real steps of the longest training that was kept; 1 where none was.
  func longestCurve(_ rows: [Row]) -> Int {
    rows.flatMap { $0.curves?.flatMap(\.steps) ?? [] }.max() ?? 1
  }

  /// A variant's curve over all seeds; nil where none was kept.
  ///
  /// - Parameter most: real steps of the longest training that is compared.
  func merged(_ row: Row, of most: Int) -> SeedCurve? {
    row.curves.map {
      SeedCurve(
        $0, of: most,
        stream: RandomStream(
          root: UInt64(seeds.first ?? 0), name: "sweep/\(row.variant.name)/curve"))
    }
  }
}
