import OneDNN
import Tensors

/// What was measured of a benchmark's work.
package struct BenchmarkMeasurement {
  /// Items a second of every repetition, ascending.
  package let rates: [Double]
  /// What was taken from the system for tensors, and primitives made, a step of the measured part.
  package let allocationsPerStep: Double

  /// The middle of the rates.
  package var median: Double { rates[rates.count / 2] }

  /// Runs the work: a warm-up, then repetitions of as many steps as fill their share of the time.
  ///
  /// The warm-up goes on until some steps in a row made nothing new, since the threads of the pool
  /// meet a part's sizes in any order.
  package init(_ work: BenchmarkWork, _ effort: BenchmarkEffort, _ progress: BenchmarkProgress)
    throws
  {
    precondition(
      effort.repetitions >= 1 && effort.warmUpSteps >= 1,
      "BenchmarkMeasurement: \(effort.repetitions) repetitions after \(effort.warmUpSteps) steps")
    let clock = ContinuousClock()
    let secondsPerStep = try Self.warmUp(work, effort, clock, progress)
    let share = effort.leastSeconds / Double(effort.repetitions)
    let stepsPerRepetition = max(1, Int((share / secondsPerStep).rounded(.up)))
    let before = Self.allocations
    rates = try (0..<effort.repetitions).map { repetition in
      progress.beat("repetition \(repetition + 1) of \(effort.repetitions)")
      let start = clock.now
      var items = 0.0
      for _ in 0..<stepsPerRepetition { items += try work.step() }
      return items / ((clock.now - start) / .seconds(1))
    }.sorted()
    allocationsPerStep =
      Double(Self.allocations - before) / Double(stepsPerRepetition * effort.repetitions)
  }

  /// Returns the seconds of a step, the fastest seen.
  private static func warmUp(
    _ work: BenchmarkWork, _ effort: BenchmarkEffort, _ clock: ContinuousClock,
    _ progress: BenchmarkProgress
  ) throws -> Double {
    let start = clock.now
    var (steps, steady, fastest) = (0, 0, Double.infinity)
    while steps < effort.warmUpSteps || (clock.now - start) / .seconds(1) < effort.warmUpSeconds
      || (steady < stepsWithoutAllocation && steps < longestWarmUp)
    {
      progress.beat("warm-up, step \(steps)")
      let (before, began) = (allocations, clock.now)
      _ = try work.step()
      fastest = min(fastest, (clock.now - began) / .seconds(1))
      steady = allocations == before ? steady + 1 : 0
      steps += 1
    }
    return max(fastest, 1e-9)
  }

  private static let stepsWithoutAllocation = 3
  private static let longestWarmUp = 50

  private static var allocations: Int {
    TensorMemory.systemAllocations + PrimitiveCount.created
  }
}
