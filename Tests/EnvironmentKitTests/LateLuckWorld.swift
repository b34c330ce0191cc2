import EnvironmentKit
import Randomness

/// A counter that goes on or not by chance: its start draws no random number and is always the same.
struct LateLuckWorld: World {
  /// Whether to try.
  enum Action: Int32, DiscreteAction {
    case wait, attempt
  }

  private var stream = RandomStream(seed: 0)
  private var count = 0
  private var stepCount = 0

  var specification: WorldSpecification {
    WorldSpecification(
      id: "LateLuck", observation: ObservationSpace([ObservationField("count", shape: [1])]),
      maximumSteps: 20, rewardRange: 0...1, facts: [Fact("count")], stepsPerSecond: 10)
  }

  mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }
    (count, stepCount) = (0, 0)
  }

  mutating func step(_ action: Action) -> Step {
    let succeeds = stream.random() < 0.5 && action == .attempt
    count += succeeds ? 1 : 0
    stepCount += 1
    return Step(reward: succeeds ? 1 : 0, truncated: stepCount == 20)
  }

  func observe(into writer: inout ObservationWriter) { writer.write(UInt8(count)) }
  func facts(into values: UnsafeMutableBufferPointer<Float>) { values[0] = Float(count) }
  func draw(into canvas: Canvas) { canvas.fill(Color(UInt8(count), 0, 0)) }
}
