import Files

/// Seeds as JSON notes them: their ends, and all of them where they have gaps.
package struct SeedSpan {
  private let seeds: [UInt64]

  package init(_ seeds: [UInt64]) { self.seeds = seeds }

  /// The first and the last.
  package var ends: JSONValue {
    .array([seeds.min() ?? 0, seeds.max() ?? 0].map { .integer(Int($0)) })
  }

  /// All, in the order in which they were played; nil where they follow one another.
  package var list: JSONValue? {
    let follow = zip(seeds, seeds.dropFirst()).allSatisfy { $1 == $0 + 1 }
    return follow ? nil : .array(seeds.map { .integer(Int($0)) })
  }
}
