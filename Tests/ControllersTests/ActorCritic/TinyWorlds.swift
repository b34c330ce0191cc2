import Controllers
import EnvironmentKit
import Files
import Randomness

/// Three arms, one pull: the last pays 1, the others 0.2 and 0.5.
struct BanditWorld: World {
  enum Action: Int32, DiscreteAction { case poor, fair, good }

  let specification = WorldSpecification(
    id: "Bandit", observation: ObservationSpace([ObservationField("symbols", shape: [1])]),
    maximumSteps: 1, rewardRange: 0...1, facts: [], stepsPerSecond: 1)

  mutating func reset(seed: UInt64?) {}
  mutating func step(_ action: Action) -> Step {
    Step(reward: action == .good ? 1 : action == .fair ? 0.5 : 0.2, terminated: true)
  }
  func observe(into writer: inout ObservationWriter) { writer.write(255) }
  func facts(into values: UnsafeMutableBufferPointer<Float>) {}
  func draw(into canvas: Canvas) {}
}

/// Six cells: stopping pays 0.5 at once, the far end 1 after five steps.
struct ChainWorld: World {
  enum Action: Int32, DiscreteAction { case stop, goOn }

  static let length = 6
  private var position = 0

  let specification = WorldSpecification(
    id: "Chain", observation: ObservationSpace([ObservationField("symbols", shape: [length])]),
    maximumSteps: 50, rewardRange: 0...1, facts: [], stepsPerSecond: 1)

  mutating func reset(seed: UInt64?) { position = 0 }
  mutating func step(_ action: Action) -> Step {
    if action == .stop { return Step(reward: 0.5, terminated: true) }
    position += 1
    let isThere = position == Self.length - 1
    return Step(reward: isThere ? 1 : 0, terminated: isThere)
  }
  func observe(into writer: inout ObservationWriter) {
    for place in 0..<Self.length { writer.write(place == position ? 255 : 128) }
  }
  func facts(into values: UnsafeMutableBufferPointer<Float>) {}
  func draw(into canvas: Canvas) {}
}

/// A cue, some steps of nothing, and a door for each cue: only who remembers chooses well.
struct RecallWorld: World {
  enum Action: Int32, DiscreteAction { case left, right }

  static let length = 4
  private var stream = RandomStream(seed: 0)
  private var cue = 0
  private var time = 0

  let specification = WorldSpecification(
    id: "Recall", observation: ObservationSpace([ObservationField("symbols", shape: [3])]),
    maximumSteps: length, rewardRange: -1...1, facts: [], stepsPerSecond: 1)

  mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }
    (cue, time) = (stream.integers(in: 0..<2), 0)
  }
  mutating func step(_ action: Action) -> Step {
    time += 1
    guard time == Self.length else { return Step(reward: 0) }
    return Step(reward: Int(action.rawValue) == cue ? 1 : -1, terminated: true)
  }
  func observe(into writer: inout ObservationWriter) {
    writer.write(time == 0 && cue == 0 ? 255 : 128)
    writer.write(time == 0 && cue == 1 ? 255 : 128)
    writer.write(time == Self.length - 1 ? 255 : 128)
  }
  func facts(into values: UnsafeMutableBufferPointer<Float>) {}
  func draw(into canvas: Canvas) {}
}

/// Some copies of a world as a learner is given them.
func tinyRunner<W: World>(_ world: W, _ count: Int) -> EpisodeRunner<Float> {
  EpisodeRunner(FloatView(WorldBatch(world, count: count, autoreset: .disabled)))
}

/// Settings for seconds of learning.
func tinySettings(_ steps: Int, _ change: (inout PPOSettings) -> Void = { _ in }) -> PPOSettings {
  var settings = PPOSettings()
  settings.environmentSteps = steps
  settings.environments = 8
  settings.horizon = 32
  settings.minibatch = 64
  settings.learningRate = 3e-3
  settings.hiddenSizes = [16, 16]
  change(&settings)
  return settings
}

/// A learner of a tiny world.
func tinyLearner(_ settings: PPOSettings, _ runner: EpisodeRunner<Float>) throws -> any Learner {
  try settings.makeLearner(
    in: LearnerRoom(
      observation: runner.batch.observationSpace, actions: runner.batch.actionSpace, rootSeed: 1))
}

/// Lets a learner make all its updates; gives the numbers of the last.
@discardableResult
func train(
  _ learner: any Learner, _ settings: PPOSettings, on runner: EpisodeRunner<Float>
) throws -> [Metric] {
  var metrics: [Metric] = []
  while learner.step < settings.steps {
    metrics = try learner.improve(on: runner, isLast: learner.step == settings.steps - 1)
  }
  return metrics
}

/// The mean return of a learner's policy.
func meanReturn(_ learner: any Learner, on runner: EpisodeRunner<Float>) throws -> Double {
  let results = try runner.evaluate(learner.policy(), seeds: (1...64).map { UInt64($0) })
  return results.reduce(0) { $0 + $1.episodeReturn } / Double(results.count)
}

extension UnsafeBufferPointer {
  /// Where the elements begin.
  var begin: UnsafePointer<Element> {
    guard let baseAddress else { preconditionFailure("there are no elements") }
    return baseAddress
  }
}

extension UnsafeMutableBufferPointer {
  /// Where the elements begin.
  var begin: UnsafeMutablePointer<Element> {
    guard let baseAddress else { preconditionFailure("there are no elements") }
    return baseAddress
  }
}
