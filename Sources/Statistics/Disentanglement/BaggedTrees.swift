import Randomness

/// A regressor of trees, each grown on a resample of the examples, whose guesses are averaged.
///
/// A category is learned as one column a class, so that a split's gain is what it takes off Gini's impurity;
/// of a quantity it is what it takes off the variance. Every number of the code may be split at any node: where
/// one number says it all, no other gains importance.
///
/// - SeeAlso: L. Breiman, "Bagging Predictors" (1996); "Random Forests" (2001).
struct BaggedTrees {
  private static let trees = 10

  /// How much each number of the code gained, summed over splits.
  let importances: [Double]
  private let roots: [TreeNode]
  private let bins: CodeBins
  private let target: TreeTarget

  /// Grows the trees.
  ///
  /// - Parameters:
  ///   - table: codes and factors.
  ///   - factor: the one to learn.
  ///   - stream: draws the resamples.
  init(_ table: CodedFactors, _ factor: CodedFactors.Factor, using stream: inout RandomStream) {
    let bins = CodeBins(table)
    let target = TreeTarget(factor)
    let there = (0..<table.fitCount).filter { factor.values[$0].isFinite }
    var importances = [Double](repeating: 0, count: table.width)
    roots =
      there.isEmpty
      ? []
      : (0..<Self.trees).map { _ in
        let rows = there.map { _ in there[stream.integers(in: 0..<there.count)] }
        return TreeNode.grow(rows, bins, target, depth: 0, &importances)
      }
    (self.importances, self.bins, self.target) = (importances, bins, target)
  }

  /// What the trees, and what a constant guess, get wrong of each example to judge by; 0 of both where it has
  /// no such factor.
  func errors(
    _ table: CodedFactors, _ factor: CodedFactors.Factor
  ) -> (told: [Double], constant: [Double]) {
    let rows = Array(table.fitCount..<table.count)
    let there = rows.filter { factor.values[$0].isFinite }
    var errors = [Double](repeating: 0, count: rows.count)
    var constant = errors
    guard !there.isEmpty, !roots.isEmpty else { return (errors, constant) }
    let guesses = there.map { row in
      (0..<target.columns).map { column in
        roots.map { $0.leaf(of: row, bins)[column] }.mean
      }
    }
    let found = target.errors(of: guesses, at: there)
    for (place, row) in there.enumerated() {
      errors[row - table.fitCount] = found.told[place]
      constant[row - table.fitCount] = found.constant[place]
    }
    return (errors, constant)
  }
}

/// What trees learn.
struct TreeTarget {
  /// Columns: one a class, or one.
  let columns: Int
  /// The column of each example; −1 where there is none.
  let column: [Int]
  /// The number in it.
  let amount: [Double]
  private let isCategory: Bool

  init(_ factor: CodedFactors.Factor) {
    isCategory = factor.isCategory
    let levels = factor.isCategory ? Levels(of: factor) : nil
    columns = levels?.count ?? 1
    column = levels?.levels ?? factor.values.map { $0.isFinite ? 0 : -1 }
    amount = factor.values.map { factor.isCategory ? 1 : Double($0) }
  }

  /// How wrong guesses of some rows are, and how wrong a constant guess is: squared distances of a quantity, 1
  /// for each wrong class of a category.
  func errors(
    of guesses: [[Double]], at rows: [Int]
  ) -> (told: [Double], constant: [Double]) {
    guard isCategory else {
      let truth = rows.map { amount[$0] }
      let mean = truth.mean
      return (
        zip(guesses, truth).map { ($0[0] - $1) * ($0[0] - $1) },
        truth.map { ($0 - mean) * ($0 - mean) }
      )
    }
    var counts = [Int](repeating: 0, count: columns)
    for row in rows { counts[column[row]] += 1 }
    let common = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) }
    return (
      zip(guesses, rows).map { guess, row in
        guess.indices.max { (guess[$0], $1) < (guess[$1], $0) } == column[row] ? 0 : 1
      }, rows.map { column[$0] == common ? 0 : 1 }
    )
  }
}

/// Codes as small whole numbers, equally many examples in each.
struct CodeBins {
  static let count = 64
  let width: Int
  private let values: [UInt8]

  /// Bounds are those of the examples to learn from.
  init(_ table: CodedFactors) {
    width = table.width
    var values = [UInt8](repeating: 0, count: table.codes.count)
    for latent in 0..<table.width {
      let code = table.code(latent)
      let sorted = code[..<table.fitCount].sorted()
      guard !sorted.isEmpty else { continue }
      let bounds = Set((1..<Self.count).map { sorted[$0 * sorted.count / Self.count] }).sorted()
      for (row, value) in code.enumerated() {
        values[row * width + latent] = UInt8(Self.place(of: value, in: bounds))
      }
    }
    self.values = values
  }

  /// The bin of a number of an example's code.
  @inline(__always)
  func bin(_ row: Int, _ latent: Int) -> Int { Int(values[row * width + latent]) }

  /// How many bounds are not above a value.
  private static func place(of value: Float, in bounds: [Float]) -> Int {
    var (low, high) = (0, bounds.count)
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
