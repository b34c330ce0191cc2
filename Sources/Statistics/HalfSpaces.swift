/// Where several linear conditions hold at once, a·x ≥ b each.
package struct HalfSpaces: Sendable {
  /// One condition.
  package struct Condition: Hashable, Sendable {
    /// Its normal, `[dimension]`.
    package let normal: [Double]
    /// What the product with the normal must reach.
    package let least: Double

    /// Names a condition.
    package init(normal: [Double], least: Double) { (self.normal, self.least) = (normal, least) }
  }

  /// The conditions.
  package let conditions: [Condition]

  /// Joins conditions of one dimension.
  package init(_ conditions: [Condition]) {
    precondition(
      Set(conditions.map(\.normal.count)).count <= 1,
      "HalfSpaces: normals of \(conditions.map(\.normal.count)) numbers; give as many to each")
    self.conditions = conditions
  }

  private static let rounds = 100_000
  private static let tolerance = 1e-12

  /// The shortest x that fulfils all conditions; nil where none was found.
  ///
  /// Dual coordinate ascent: one condition after the other is brought to hold exactly, as far as it pulls at all.
  ///
  /// - SeeAlso: C. Hildreth, "A Quadratic Programming Procedure" (1957).
  package var shortest: [Double]? {
    let width = conditions.first?.normal.count ?? 0
    var x = [Double](repeating: 0, count: width)
    var pulls = [Double](repeating: 0, count: conditions.count)
    let squares = conditions.map { Self.product($0.normal, $0.normal) }
    let scale = conditions.map { abs($0.least) }.max() ?? 0
    for _ in 0..<Self.rounds {
      var change = 0.0
      for (place, condition) in conditions.enumerated() {
        guard squares[place] > 0 else {
          if condition.least > 0 { return nil }
          continue
        }
        let lack = condition.least - Self.product(condition.normal, x)
        let step = max(-pulls[place], lack / squares[place])
        pulls[place] += step
        for i in 0..<width { x[i] += step * condition.normal[i] }
        change = max(change, abs(step) * squares[place])
      }
      if !change.isFinite { return nil }
      if change <= Self.tolerance * max(1, scale) { return x }
    }
    return nil
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }
}
