import EnvironmentKit

/// The facts of some rows as a table of numbers that probes learn, and how their guesses are scored.
///
/// A quantity takes one column, standardised; a category takes a column a class, 1 where it is so.
package struct ProbeTargets: Sendable {
  /// One fact that varies and is there often enough.
  package struct Target: Sendable {
    /// Its name.
    package let name: String
    /// How it is scored: R² of a quantity, accuracy of a category.
    package let kind: Fact.Kind
    /// Its columns.
    package let columns: Range<Int>
    /// What is got without features: 0 for R², the most frequent class's accuracy.
    package let chance: Double
    fileprivate let classes: [Float]
    fileprivate let index: Int
  }

  private static let leastFitRows = 200
  private static let leastTestRows = 100
  /// Groups in which a fact must be present, to learn from and again to judge by.
  package static let leastGroups = 10
  private static let mostClasses = 16

  /// The facts.
  package let targets: [Target]
  /// Rows to learn from.
  package let fitRows: [Int]
  /// Rows to judge by.
  package let testRows: [Int]
  /// Rows to learn from whose groups, every fifth, are kept to choose by how to learn.
  package let keptRows: [Int]
  /// The other rows to learn from.
  package let learnedRows: [Int]
  /// The group of each row, such as its episode.
  package let groups: [Int]
  /// Numbers a row.
  package let columns: Int
  /// `[row, column]`, 0 where absent.
  package let values: [Float]
  /// `[row, column]`: 1 where the fact is there, else 0.
  package let presence: [Float]
  private let facts: [[Float]]

  /// Makes the table.
  ///
  /// - Parameters:
  ///   - facts: what the facts are.
  ///   - rows: their values, one list a row, NaN where absent.
  ///   - groups: one a row; a group is learned from or judged by, never both.
  ///   - isFit: which groups are learned from.
  package init(
    _ facts: [Fact], rows: [[Float]], groups: [Int], isFit: (_ group: Int) -> Bool
  ) {
    let fit = rows.indices.filter { isFit(groups[$0]) }
    let test = rows.indices.filter { !isFit(groups[$0]) }
    var targets: [Target] = []
    var columns = 0
    for (index, fact) in facts.enumerated() {
      let there = { (list: [Int]) in list.map { rows[$0][index] }.filter(\.isFinite) }
      let (fitted, tested) = (there(fit), there(test))
      let groupsOf = { (list: [Int]) in
        Set(list.filter { rows[$0][index].isFinite }.map { groups[$0] }).count
      }
      let classes = Set(fitted).sorted()
      guard fitted.count >= Self.leastFitRows, tested.count >= Self.leastTestRows,
        classes.count > 1, Set(tested).count > 1,
        groupsOf(fit) >= Self.leastGroups, groupsOf(test) >= Self.leastGroups,
        fact.kind == .quantity || classes.count <= Self.mostClasses
      else { continue }
      let width = fact.kind == .quantity ? 1 : classes.count
      targets.append(
        Target(
          name: fact.name, kind: fact.kind, columns: columns..<columns + width,
          chance: fact.kind == .quantity ? 0 : Self.frequency(fitted, tested), classes: classes,
          index: index))
      columns += width
    }
    self.targets = targets
    self.columns = columns
    (fitRows, testRows, self.groups, self.facts) = (fit, test, groups, rows)
    (values, presence) = Self.table(targets, columns, rows, fit)
    let kept = Set(
      Set(fit.map { groups[$0] }).sorted().enumerated()
        .filter { $0.offset.isMultiple(of: 5) }.map(\.element))
    keptRows = fit.filter { kept.contains(groups[$0]) }
    learnedRows = fit.filter { !kept.contains(groups[$0]) }
  }

  /// How often the class that was most frequent comes.
  private static func frequency(_ fitted: [Float], _ tested: [Float]) -> Double {
    var counts: [Float: Int] = [:]
    for value in fitted { counts[value, default: 0] += 1 }
    let most = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    return Double(tested.count { $0 == most }) / Double(tested.count)
  }

  private static func table(
    _ targets: [Target], _ columns: Int, _ rows: [[Float]], _ fit: [Int]
  ) -> (values: [Float], presence: [Float]) {
    var values = [Float](repeating: 0, count: rows.count * columns)
    var presence = values
    for target in targets {
      let known = fit.map { Double(rows[$0][target.index]) }.filter(\.isFinite)
      let mean = known.reduce(0, +) / Double(known.count)
      let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)
      for row in rows.indices where rows[row][target.index].isFinite {
        let value = rows[row][target.index]
        for (place, column) in target.columns.enumerated() {
          presence[row * columns + column] = 1
          values[row * columns + column] =
            target.kind == .quantity
            ? Float((Double(value) - mean) / variance.squareRoot())
            : value == target.classes[place] ? 1 : 0
        }
      }
    }
    return (values, presence)
  }

  /// Guesses of a fact beside it, for those rows to judge by that have it.
  ///
  /// - Parameter guesses: `[test row, column]`.
  /// - Returns: which of the rows to judge by these are, and of each what was guessed and what is so: of a quantity
  ///   standardised, of a category the class.
  package func told(
    _ target: Target, _ guesses: [Float]
  ) -> [(place: Int, guess: Float, truth: Float)] {
    let column = target.columns.lowerBound
    return testRows.enumerated().compactMap { place, row in
      guard presence[row * columns + column] == 1 else { return nil }
      guard target.kind == .category else {
        return (place, guesses[place * columns + column], values[row * columns + column])
      }
      let best = target.columns.max {
        guesses[place * columns + $0] < guesses[place * columns + $1]
      }
      return (place, target.classes[(best ?? column) - column], facts[row][target.index])
    }
  }

  /// Scores guesses of the rows to judge by: R², or accuracy.
  ///
  /// - Parameter guesses: `[test row, column]`.
  package func score(_ target: Target, _ guesses: [Float]) -> Double {
    let told = told(target, guesses)
    guard target.kind == .quantity else {
      return Double(told.count { $0.guess == $0.truth }) / Double(told.count)
    }
    let truth = told.map { Double($0.truth) }
    let mean = truth.reduce(0, +) / Double(truth.count)
    let total = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let residual = told.reduce(0) { sum, pair in
      let difference = Double(pair.guess) - Double(pair.truth)
      return sum + difference * difference
    }
    return 1 - residual / total
  }
}

/// Features of rows, standardised by the rows to learn from.
package struct ProbeFeatures: Sendable {
  /// What they are called.
  package let name: String
  /// Numbers a row.
  package let width: Int
  /// `[row, width]`.
  package let values: [Float]

  /// Standardises features.
  ///
  /// - Parameters:
  ///   - name: what they are called.
  ///   - values: `[row, width]`.
  ///   - targets: of the same rows.
  package init(_ name: String, _ values: [Float], for targets: ProbeTargets) {
    let rows = targets.groups.count
    precondition(
      rows > 0 && values.count.isMultiple(of: rows),
      "ProbeFeatures \(name): \(values.count) numbers for \(rows) rows")
    let width = values.count / rows
    var means = [Double](repeating: 0, count: width)
    var squares = means
    for row in targets.fitRows {
      for place in 0..<width {
        let value = Double(values[row * width + place])
        means[place] += value
        squares[place] += value * value
      }
    }
    let count = Double(max(1, targets.fitRows.count))
    for place in 0..<width { means[place] /= count }
    let scales = zip(squares, means).map { square, mean in
      1 / max(1e-6, max(0, square / count - mean * mean).squareRoot())
    }
    self.name = name
    self.width = width
    self.values = values.indices.map {
      Float((Double(values[$0]) - means[$0 % width]) * scales[$0 % width])
    }
  }

  /// Some rows, one after the other.
  package func rows(_ rows: [Int]) -> [Float] {
    rows.flatMap { values[$0 * width..<($0 + 1) * width] }
  }
}
