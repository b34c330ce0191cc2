import EnvironmentKit

/// What can be done in a `ScriptedWorld`.
enum ScriptedMove: Int32, DiscreteAction {
  case first, second, third
}

/// A world that does as it is told: rewards come from a list, everything else counts steps.
struct ScriptedWorld: World {
  typealias Action = ScriptedMove

  var rewards: [Float] = [1, -3, 0.5, 0, 2, 7]
  /// Whether the end of the list is a task's end; else it is a truncation.
  var terminates = true
  private(set) var step = 0
  private(set) var taken: [ScriptedMove] = []
  private(set) var seeds: [UInt64?] = []

  init(rewards: [Float] = [1, -3, 0.5, 0, 2, 7], terminates: Bool = true) {
    self.rewards = rewards
    self.terminates = terminates
  }

  var specification: WorldSpecification {
    WorldSpecification(
      id: "Scripted",
      observation: ObservationSpace([
        ObservationField("clock", shape: [1]), ObservationField("image", shape: [2, 4, 3]),
        ObservationField("tail", shape: [2]),
      ]),
      maximumSteps: rewards.count,
      rewardRange: (rewards.min() ?? 0)...(rewards.max() ?? 0), facts: [Fact("step")],
      stepsPerSecond: 12)
  }

  mutating func reset(seed: UInt64?) {
    seeds.append(seed)
    step = 0
  }

  mutating func step(_ action: ScriptedMove) -> Step {
    taken.append(action)
    step += 1
    let ended = step == rewards.count
    return Step(
      reward: rewards[step - 1], terminated: ended && terminates,
      truncated: ended && !terminates)
  }

  func observe(into writer: inout ObservationWriter) {
    writer.write(UInt8(step))
    for index in 0..<24 { writer.write(UInt8(10 * step + index)) }
    writer.write(200)
    writer.write(UInt8(step))
  }

  func facts(into values: UnsafeMutableBufferPointer<Float>) { values[0] = Float(step) }
  func draw(into canvas: Canvas) { canvas.fill(Color(UInt8(step), 1, 2)) }
  var mission: String { "count" }
}

extension World {
  /// The bytes that this world shows.
  func shown() -> [UInt8] {
    let size = specification.observation.count
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      buffer.initialize(repeating: 0)
      var writer = ObservationWriter(UnsafeMutableBufferPointer(rebasing: buffer[..<size]))
      observe(into: &writer)
      precondition(writer.isComplete)
      count = size
    }
  }
}
