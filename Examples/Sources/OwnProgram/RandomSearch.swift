import Controllers
import EnvironmentKit
import Files
import Foundation
import Randomness

/// Random search over linear policies as a kind of learner: `learner: {kind: randomSearch, …}`.
///
/// - SeeAlso: H. Mania, A. Guy, B. Recht, "Simple random search provides a competitive approach to
///   reinforcement learning" (2018), algorithm 1, version V1.
struct RandomSearchSettings: LearnerSettings {
  static let kindName = "randomSearch"
  var kind = Self.kindName
  var place = LearningPlace.dream
  /// Updates of a training.
  var updates = 20
  /// Directions tried in an update, each forwards and backwards.
  var directions = 16
  /// How far a direction is gone to try it.
  var deviation = 1.0
  /// How far an update goes.
  var stepSize = 0.3
  /// Episodes that every candidate plays.
  var episodes = 4

  var steps: Int { updates }
  var slots: Int { min(256, 2 * directions * episodes) }

  static var settings: [Setting<RandomSearchSettings>] {
    [
      Setting("kind", \.kind, kindName, "The kind of learner.") { $0.kind == kindName },
      Setting("in", \.place, "Where it learns: in the world, or in the model's dream of it."),
      Setting("updates", \.updates, 0...1_000_000, "Updates of a training."),
      Setting(
        "directions", \.directions, 1...10_000,
        "Directions tried in an update, each forwards and backwards."),
      Setting("deviation", \.deviation, above: 0, "How far a direction is gone to try it."),
      Setting("stepSize", \.stepSize, above: 0, "How far an update goes."),
      Setting("episodes", \.episodes, 1...10_000, "Episodes that every candidate plays."),
    ]
  }

  func makeLearner(in room: LearnerRoom) -> any Learner { RandomSearch(self, in: room) }

  private enum CodingKeys: String, CodingKey {
    case kind
    case place = "in"
    case updates, directions, deviation, stepSize, episodes
  }
}

/// Tries directions around the present parameters, and moves along those that were worth something.
final class RandomSearch: Learner {
  private static let format = "random-search-1"

  private let settings: RandomSearchSettings
  private let room: LearnerRoom
  private var parameters: [Double]
  private(set) var step = 0
  private(set) var environmentSteps = 0

  init(_ settings: RandomSearchSettings, in room: LearnerRoom) {
    (self.settings, self.room) = (settings, room)
    parameters = [Double](
      repeating: 0, count: LinearPolicy.parameterCount(room.observation, room.actions))
  }

  var parameterCount: Int { parameters.count }
  var unit: String { "updates" }

  func improve(on runner: EpisodeRunner<Float>, isLast: Bool) throws -> [Metric] {
    // Named by the step, so that a restored learner draws what it would have drawn.
    var stream = RandomStream(root: room.rootSeed, name: "randomSearch/update/\(step)")
    let directions = (0..<settings.directions).map { _ in
      parameters.map { _ in stream.standardNormal() }
    }
    let seeds = (0..<settings.episodes).map { _ in stream.nextUInt64() }
    let before = runner.environmentSteps
    let returns = try play(directions, seeds, on: runner)
    move(along: directions, returns)
    environmentSteps += runner.environmentSteps - before
    step += 1
    return [
      Metric("controller/mean", Self.mean(returns), title: "mean"),
      Metric("controller/best", returns.max() ?? .nan, title: "best"),
    ]
  }

  /// Mean returns of candidates: forwards and backwards along each direction.
  private func play(
    _ directions: [[Double]], _ seeds: [UInt64], on runner: EpisodeRunner<Float>
  ) throws -> [Double] {
    let candidates = directions.flatMap { direction in
      [settings.deviation, -settings.deviation].map { far in
        zip(parameters, direction).map { $0 + far * $1 }
      }
    }
    let policy = LinearPolicy(room.observation, room.actions, candidates)
    return try runner.evaluate(candidates: candidates.count, of: policy, seeds: seeds).map {
      Self.mean($0.map(\.episodeReturn))
    }
  }

  private func move(along directions: [[Double]], _ returns: [Double]) {
    let mean = Self.mean(returns)
    let deviation = Self.mean(returns.map { ($0 - mean) * ($0 - mean) }).squareRoot()
    guard deviation > 0 else { return }
    let scale = settings.stepSize / (deviation * Double(directions.count))
    for (place, direction) in directions.enumerated() {
      let worth = scale * (returns[2 * place] - returns[2 * place + 1])
      for index in parameters.indices { parameters[index] += worth * direction[index] }
    }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }

  func policy() -> any Policy<Float> { LinearPolicy(room.observation, room.actions, [parameters]) }

  func save() -> TensorFile {
    var file = TensorFile(format: Self.format)
    file.entries["parameters"] = TensorEntry(parameters)
    file.entries["steps"] = TensorEntry([Int64(step), Int64(environmentSteps)])
    return file
  }

  func restore(_ file: TensorFile, place: String) throws {
    try file.check(format: Self.format)
    let steps = try file.values("steps", as: Int64.self, shape: [2])
    parameters = try file.values("parameters", shape: [parameters.count], finite: true)
    (step, environmentSteps) = (Int(steps[0]), Int(steps[1]))
  }
}

/// The action whose linear score is the greatest, or components squashed into their bounds.
final class LinearPolicy: Policy {
  private let actions: ActionSpace
  private let inputs: Int
  /// `[candidate, action, input + 1]`: weights and bias.
  private let weights: OwnedBuffer<Float>
  private let count: Int
  private var candidates: [Int] = []

  /// Numbers of one candidate.
  static func parameterCount(_ observation: ObservationSpace, _ actions: ActionSpace) -> Int {
    actions.count * (observation.count + 1)
  }

  init(_ observation: ObservationSpace, _ actions: ActionSpace, _ candidates: [[Double]]) {
    (self.actions, inputs, count) = (actions, observation.count, candidates.count)
    weights = OwnedBuffer(candidates.reduce(0) { $0 + $1.count }, zero: 0)
    for (place, value) in candidates.joined().enumerated() {
      weights.elements[place] = Float(value)
    }
  }

  func prepare(for batch: any EnvironmentBatch<Float>) {
    candidates = [Int](repeating: 0, count: batch.count)
  }

  func begin(_ episode: EpisodeRequest, in slot: Int) {
    precondition(
      episode.candidate < count, "LinearPolicy: candidate \(episode.candidate) of \(count)")
    candidates[slot] = episode.candidate
  }

  func act(
    in batch: any EnvironmentBatch<Float>, seeing observations: UnsafeBufferPointer<Float>,
    active: UnsafeBufferPointer<Bool>, into chosen: ActionStorage
  ) {
    for slot in active.indices where active[slot] {
      switch actions {
      case .discrete(let names):
        var (best, greatest) = (Int32(0), -Float.infinity)
        for action in names.indices {
          let score = score(action, observations, slot)
          if score > greatest { (best, greatest) = (Int32(action), score) }
        }
        chosen.indices[slot] = best
      case .continuous(let bounds):
        let row = chosen.row(of: slot)
        for (component, bound) in bounds.enumerated() {
          let share = 1 / (1 + exp(-score(component, observations, slot)))
          row[component] = bound.lowerBound + share * (bound.upperBound - bound.lowerBound)
        }
      }
    }
  }

  private func score(
    _ action: Int, _ observations: UnsafeBufferPointer<Float>, _ slot: Int
  ) -> Float {
    let first = (candidates[slot] * actions.count + action) * (inputs + 1)
    var sum = weights.elements[first + inputs]
    for input in 0..<inputs {
      sum += weights.elements[first + input] * observations[slot * inputs + input]
    }
    return sum
  }
}
