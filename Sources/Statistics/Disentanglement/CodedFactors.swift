import Foundation

/// Codes of some examples beside the factors that made them: what every score of disentanglement looks at.
package struct CodedFactors: Sendable {
  /// What varied, a value an example.
  package struct Factor: Sendable {
    /// Its name.
    package let name: String
    /// The values; NaN where an example has none.
    package let values: [Float]
    /// Whether its values are names of kinds rather than quantities.
    package let isCategory: Bool

    /// Names a factor.
    package init(_ name: String, _ values: [Float], isCategory: Bool) {
      (self.name, self.values, self.isCategory) = (name, values, isCategory)
    }
  }

  /// Numbers of a code.
  package let width: Int
  /// Examples.
  package let count: Int
  /// How many, the first, are learned from; the rest is judged by.
  package let fitCount: Int
  /// The factors.
  package let factors: [Factor]
  /// `[example, number]`.
  package let codes: [Float]

  /// Puts codes beside factors.
  ///
  /// - Parameters:
  ///   - codes: `[example, number]`, all finite.
  ///   - width: numbers of a code.
  ///   - factors: a value an example each.
  ///   - fitCount: how many examples are learned from; half of them where none is given.
  package init(codes: [Float], width: Int, factors: [Factor], fitCount: Int? = nil) {
    precondition(
      width >= 1 && codes.count.isMultiple(of: width)
        && factors.allSatisfy { $0.values.count == codes.count / width },
      "CodedFactors: \(codes.count) numbers of codes of \(width), factors of \(factors.map(\.values.count))"
    )
    (self.codes, self.width, self.factors) = (codes, width, factors)
    count = codes.count / width
    self.fitCount = fitCount ?? count / 2
  }

  /// All examples but those of one of several groups, into which they fall in turn.
  package func without(_ group: Int, of groups: Int) -> CodedFactors {
    let kept = (0..<count).filter { $0 % groups != group }
    return CodedFactors(
      codes: SampleSet(codes, width: width).rows(kept).values, width: width,
      factors: factors.map { factor in
        Factor(factor.name, kept.map { factor.values[$0] }, isCategory: factor.isCategory)
      }, fitCount: kept.count { $0 < fitCount })
  }

  /// A number of all codes.
  func code(_ latent: Int) -> [Float] { (0..<count).map { codes[$0 * width + latent] } }
}

/// Values as whole numbers from 0 on; −1 where there is none.
struct Levels {
  /// The level of each value.
  let levels: [Int]
  /// Levels that there may be.
  let count: Int

  /// Values of which there are more become bins of equal width.
  static let bins = 20

  /// Each value its own level where there are few, or where they are names.
  init(of factor: CodedFactors.Factor) {
    let found = Set(factor.values.lazy.filter(\.isFinite)).sorted()
    guard factor.isCategory || found.count <= Self.bins else {
      self.init(binned: factor.values)
      return
    }
    let places = Dictionary(
      uniqueKeysWithValues: found.enumerated().map { ($0.element, $0.offset) })
    self.init(
      levels: factor.values.map { $0.isFinite ? places[$0] ?? -1 : -1 }, count: found.count)
  }

  /// Bins of equal width from the least value to the greatest.
  init(binned values: [Float]) {
    // In double precision, in which no two numbers of Float32 lie infinitely far apart.
    let there = values.lazy.filter(\.isFinite)
    let (low, high) = (Double(there.min() ?? 0), Double(there.max() ?? 0))
    let scale = high > low ? Double(Self.bins) / (high - low) : 0
    self.init(
      levels: values.map {
        $0.isFinite ? min(Self.bins - 1, Int((Double($0) - low) * scale)) : -1
      }, count: Self.bins)
  }

  private init(levels: [Int], count: Int) { (self.levels, self.count) = (levels, count) }

  /// The information that two lists of levels have of each other, in nats, from their frequencies.
  ///
  /// Examples where either is absent count for nothing.
  func information(with other: Levels) -> Double {
    var joint = [Double](repeating: 0, count: count * other.count)
    var total = 0.0
    for (a, b) in zip(levels, other.levels) where a >= 0 && b >= 0 {
      joint[a * other.count + b] += 1
      total += 1
    }
    var (rows, columns) = (
      [Double](repeating: 0, count: count), [Double](repeating: 0, count: other.count)
    )
    for place in joint.indices {
      rows[place / other.count] += joint[place]
      columns[place % other.count] += joint[place]
    }
    return joint.indices.reduce(0) { sum, place in
      guard joint[place] > 0 else { return sum }
      let ratio = joint[place] * total / (rows[place / other.count] * columns[place % other.count])
      return sum + joint[place] / total * log(ratio)
    }
  }

  /// The entropy of the levels, in nats.
  var entropy: Double { information(with: self) }
}
