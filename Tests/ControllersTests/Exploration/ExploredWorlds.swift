import Controllers
import EnvironmentKit
import Files
import Randomness

/// A corridor whose far end alone pays: whoever tries at random almost never gets there.
struct CorridorWorld: World {
  enum Action: Int32, DiscreteAction { case left, right }

  static let length = 20
  private var position = 0
  private var time = 0

  let specification = WorldSpecification(
    id: "Corridor", observation: ObservationSpace([ObservationField("symbols", shape: [length])]),
    maximumSteps: 2 * length, rewardRange: 0...1, facts: [Fact("position")], stepsPerSecond: 1)

  mutating func reset(seed: UInt64?) { (position, time) = (0, 0) }
  mutating func step(_ action: Action) -> Step {
    position = max(0, position + (action == .right ? 1 : -1))
    time += 1
    let isThere = position == Self.length - 1
    return Step(
      reward: isThere ? 1 : 0, terminated: isThere, truncated: !isThere && time >= 2 * Self.length)
  }
  func observe(into writer: inout ObservationWriter) {
    for place in 0..<Self.length { writer.write(place == position ? 255 : 0) }
  }
  func facts(into values: UnsafeMutableBufferPointer<Float>) { values[0] = Float(position) }
  func draw(into canvas: Canvas) {}
}

/// A corridor with a screen: each look at it shows other noise, which no action decides and no fact tells.
struct ScreenWorld: World {
  enum Action: Int32, DiscreteAction { case left, right, look }

  static let (length, pixels) = (8, 24)
  private var stream = RandomStream(seed: 0)
  private var position = 0
  private var time = 0
  private var screen: UInt32 = 0

  let specification = WorldSpecification(
    id: "Screen",
    observation: ObservationSpace([ObservationField("symbols", shape: [length + pixels])]),
    maximumSteps: 24, rewardRange: 0...0, facts: [Fact("position")], stepsPerSecond: 1)

  mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }
    (position, time, screen) = (0, 0, 0)
  }
  mutating func step(_ action: Action) -> Step {
    screen = 0
    switch action {
    case .left: position = max(0, position - 1)
    case .right: position = min(Self.length - 1, position + 1)
    case .look: screen = stream.nextUInt32()
    }
    time += 1
    return Step(reward: 0, terminated: false, truncated: time >= 24)
  }
  func observe(into writer: inout ObservationWriter) {
    for place in 0..<Self.length { writer.write(place == position ? 255 : 0) }
    for pixel in 0..<Self.pixels { writer.write(screen >> UInt32(pixel) & 1 == 1 ? 255 : 0) }
  }
  func facts(into values: UnsafeMutableBufferPointer<Float>) { values[0] = Float(position) }
  func draw(into canvas: Canvas) {}
}

/// A learner of a tiny world whose facts it may count, and perhaps a model that it may ask.
func exploringLearner(
  _ settings: PPOSettings, _ runner: EpisodeRunner<Float>, model: LearnerModel? = nil
) throws -> any Learner {
  try settings.makeLearner(
    in: LearnerRoom(
      observation: runner.batch.observationSpace, actions: runner.batch.actionSpace, rootSeed: 1,
      facts: runner.batch.specification.facts.count, model: model))
}

/// A model whose latent is the first fact twice, and which finds everything as strange as that is great.
final class FactReader: ModelReader {
  private let batch: any EnvironmentBatch<Float>

  init(_ batch: any EnvironmentBatch<Float>) { self.batch = batch }

  func read(_ reading: ModelReading, into numbers: UnsafeMutableBufferPointer<Float>) {
    for slot in 0..<batch.count {
      let fact = batch.facts(of: slot)[0]
      guard reading == .latent else {
        numbers[slot] = fact
        continue
      }
      (numbers[2 * slot], numbers[2 * slot + 1]) = (fact, 0.5 * fact)
    }
  }

  /// The model.
  static var model: LearnerModel {
    LearnerModel(readings: Set(ModelReading.allCases), latentSize: 2) { FactReader($0) }
  }
}

/// A number of a report.
func reported(_ name: String, _ metrics: [Metric]) -> Double {
  metrics.first { $0.name == name }?.value ?? .nan
}
