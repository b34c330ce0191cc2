import EnvironmentKit

/// What was seen and done between two updates; a row per step and slot, the slots of a step together.
package final class Segment {
  /// Slots.
  package let slots: Int
  /// What was seen before each action.
  package let observations: ObservationStore
  /// What was done, where actions are choices.
  package let choices: UnsafeMutablePointer<Int32>
  /// What was drawn, `[row, components]`, where actions are rows of numbers.
  package let drawn: UnsafeMutablePointer<Float>
  /// What was remembered of each slot's episode when the segment began, `[slot, memory width]`.
  package let memory: UnsafeMutablePointer<Float>
  /// Its log probability.
  package let logProbabilities: UnsafeMutablePointer<Float>
  /// What the critic said.
  package let values: UnsafeMutablePointer<Float>
  /// What it says of what follows: 0 where the task ended, and of the last that was seen where an episode was
  /// cut off.
  package let nextValues: UnsafeMutablePointer<Float>
  /// What came of it.
  package let rewards: UnsafeMutablePointer<Float>
  /// Whether the episode ended.
  package let ended: UnsafeMutablePointer<Bool>
  /// How much better it turned out than the critic said.
  package let advantages: UnsafeMutablePointer<Float>
  /// What the critic should have said.
  package let returns: UnsafeMutablePointer<Float>
  /// The rows themselves: 0, 1, 2 and so on.
  let numbers: UnsafeMutableBufferPointer<Int32>
  /// Rows that are written.
  package var count = 0

  private let owned = OwnedMemory()

  /// Makes room for some steps of some slots.
  ///
  /// - Parameters:
  ///   - width: numbers of what is seen.
  ///   - components: of an action that is a row; 0 for choices.
  ///   - memoryWidth: numbers that are remembered of an episode.
  ///   - isWhole: whether what is seen is kept whole in any case.
  package init(
    steps: Int, slots: Int, width: Int, components: Int = 0, memoryWidth: Int = 0,
    isWhole: Bool = false
  ) {
    self.slots = slots
    let rows = steps * slots
    observations = ObservationStore(rows: rows, width: width, isWhole: isWhole)
    choices = owned.makePointer(rows, 0)
    drawn = owned.makePointer(rows * components, 0)
    memory = owned.makePointer(slots * memoryWidth, 0)
    logProbabilities = owned.makePointer(rows, 0)
    values = owned.makePointer(rows, 0)
    nextValues = owned.makePointer(rows, 0)
    rewards = owned.makePointer(rows, 0)
    ended = owned.makePointer(rows, false)
    advantages = owned.makePointer(rows, 0)
    returns = owned.makePointer(rows, 0)
    numbers = owned.make(rows, 0)
    for row in numbers.indices { numbers[row] = Int32(row) }
  }

  /// The rows of a step.
  func rows(ofStep step: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(rebasing: numbers[step * slots..<(step + 1) * slots])
  }

  /// Estimates advantages and returns.
  ///
  /// δ = r + γ·V(next) − V; A = δ + γλ·A(next), which does not reach over the end of an episode.
  ///
  /// - SeeAlso: J. Schulman et al., "High-Dimensional Continuous Control Using Generalized Advantage
  ///   Estimation" (2016), equation 16.
  package func estimateAdvantages(discount: Float, decay: Float) {
    for row in stride(from: count - 1, through: 0, by: -1) {
      let later = row + slots < count && !ended[row] ? advantages[row + slots] : 0
      let error = rewards[row] + discount * nextValues[row] - values[row]
      advantages[row] = error + discount * decay * later
      returns[row] = advantages[row] + values[row]
    }
  }

  /// The share of the returns' variance that the critic foretold; NaN where they do not vary.
  package var explainedVariance: Double {
    let errors = Self.variance(count) { Double(self.returns[$0]) - Double(self.values[$0]) }
    let all = Self.variance(count) { Double(self.returns[$0]) }
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
