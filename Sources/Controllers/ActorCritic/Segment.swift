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
  /// Whether the episode ended.
  package let ended: UnsafeMutablePointer<Bool>
  /// The task's rewards.
  ///
  /// What follows is worth 0 where the task ended; where an episode was cut off, what the critic says of the last that
  /// was seen.
  package let task: ValueStream
  /// The bonuses; nil where there are none.
  package let bonus: ValueStream?
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
  ///   - hasBonus: whether there are bonuses.
  package init(
    steps: Int, slots: Int, width: Int, components: Int = 0, memoryWidth: Int = 0,
    isWhole: Bool = false, hasBonus: Bool = false
  ) {
    self.slots = slots
    let rows = steps * slots
    observations = ObservationStore(rows: rows, width: width, isWhole: isWhole)
    choices = owned.makePointer(rows, 0)
    drawn = owned.makePointer(rows * components, 0)
    memory = owned.makePointer(slots * memoryWidth, 0)
    logProbabilities = owned.makePointer(rows, 0)
    ended = owned.makePointer(rows, false)
    task = ValueStream(rows: rows, slots: slots)
    bonus = hasBonus ? ValueStream(rows: rows, slots: slots) : nil
    numbers = owned.make(rows, 0)
    for row in numbers.indices { numbers[row] = Int32(row) }
  }

  /// The rows of a step.
  func rows(ofStep step: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(rebasing: numbers[step * slots..<(step + 1) * slots])
  }
}

extension Segment {
  /// What the critic said.
  package var values: UnsafeMutablePointer<Float> { task.values }
  /// What it says of what follows.
  package var nextValues: UnsafeMutablePointer<Float> { task.nextValues }
  /// What came of each step.
  package var rewards: UnsafeMutablePointer<Float> { task.rewards }
  /// How much better it turned out than the critic said, bonuses included once they were added.
  package var advantages: UnsafeMutablePointer<Float> { task.advantages }
  /// What the critic should have said.
  package var returns: UnsafeMutablePointer<Float> { task.returns }

  /// Estimates advantages and returns of the task, which do not reach over the end of an episode.
  package func estimateAdvantages(discount: Float, decay: Float) {
    task.estimateAdvantages(count, ended: ended, discount: discount, decay: decay)
  }

  /// Estimates those of the bonuses, and adds their advantages, weighed, to the task's.
  ///
  /// - Parameter isEpisodic: whether bonuses of later episodes do not count.
  package func addBonusAdvantages(
    weight: Float, discount: Float, decay: Float, isEpisodic: Bool
  ) {
    guard let bonus else { return }
    bonus.estimateAdvantages(
      count, ended: isEpisodic ? UnsafePointer(ended) : nil, discount: discount, decay: decay)
    for row in 0..<count { advantages[row] += weight * bonus.advantages[row] }
  }

  /// The share of the returns' variance that the critic foretold; NaN where they do not vary.
  package var explainedVariance: Double { task.explainedVariance(count) }
}
