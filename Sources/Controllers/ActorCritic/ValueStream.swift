import EnvironmentKit

/// Rewards of one kind with what a critic says of them, a row per step and slot of a segment: the task's, or the
/// bonuses that a learner gives itself.
package final class ValueStream {
  /// What came of each step.
  package let rewards: UnsafeMutablePointer<Float>
  /// What the critic said.
  package let values: UnsafeMutablePointer<Float>
  /// What it says of what follows.
  package let nextValues: UnsafeMutablePointer<Float>
  /// How much better it turned out than the critic said.
  package let advantages: UnsafeMutablePointer<Float>
  /// What the critic should have said.
  package let returns: UnsafeMutablePointer<Float>

  private let slots: Int
  private let owned = OwnedMemory()

  /// Makes room for so many rows of so many slots.
  init(rows: Int, slots: Int) {
    self.slots = slots
    rewards = owned.makePointer(rows, 0)
    values = owned.makePointer(rows, 0)
    nextValues = owned.makePointer(rows, 0)
    advantages = owned.makePointer(rows, 0)
    returns = owned.makePointer(rows, 0)
  }

  /// Estimates advantages and returns.
  ///
  /// δ = r + γ·V(next) − V; A = δ + γλ·A(next), which does not reach over an end.
  ///
  /// - Parameters:
  ///   - rows: the rows that are written.
  ///   - ended: by row; nil where ends do not count: what comes after is worth as much.
  /// - SeeAlso: J. Schulman et al., "High-Dimensional Continuous Control Using Generalized Advantage
  ///   Estimation" (2016), equation 16.
  func estimateAdvantages(
    _ rows: Int, ended: UnsafePointer<Bool>?, discount: Float, decay: Float
  ) {
    for row in stride(from: rows - 1, through: 0, by: -1) {
      let goesOn = row + slots < rows && !(ended?[row] ?? false)
      let later = goesOn ? advantages[row + slots] : 0
      let error = rewards[row] + discount * nextValues[row] - values[row]
      advantages[row] = error + discount * decay * later
      returns[row] = advantages[row] + values[row]
    }
  }

  /// The share of the returns' variance that the critic foretold; NaN where they do not vary.
  func explainedVariance(_ rows: Int) -> Double {
    let errors = Self.variance(rows) { Double(self.returns[$0]) - Double(self.values[$0]) }
    let all = Self.variance(rows) { Double(self.returns[$0]) }
    return all > 0 ? 1 - errors / all : .nan
  }

  private static func variance(_ count: Int, _ number: (Int) -> Double) -> Double {
    let mean = (0..<count).reduce(0) { $0 + number($1) } / Double(max(1, count))
    return (0..<count).reduce(0) { sum, row in
      let difference = number(row) - mean
      return sum + difference * difference
    } / Double(max(1, count))
  }
}
