import Controllers
import EnvironmentKit
import Evaluation
import Files
import Randomness
import Statistics
import WorldModels

/// Compares the trained policy with the baselines on unseen seeds.
struct EvaluateStage: Stage {
  static let name = "evaluate"

  /// Whose policy is compared.
  let agent: LearnedAgent

  /// Plays every policy and writes `scores.jsonl`.
  func run(in room: RunRoom) throws -> EvaluationResult {
    let evaluate = room.configuration.evaluate
    let seeds = (0..<evaluate.episodes).map { UInt64(evaluate.firstSeed + $0) }
    let result = try PlayedComparison(room, agent.environments, agent.policy).play(seeds)
    try room.folder.write(result.scoreLines, to: room.folder.scoresFile)
    return result
  }
}

/// Plays a trained policy and all baselines.
struct PlayedComparison {
  private let room: RunRoom
  private let environments: AgentEnvironments
  private let policy: any Policy<Float>

  init(_ room: RunRoom, _ environments: AgentEnvironments, _ policy: any Policy<Float>) {
    (self.room, self.environments, self.policy) = (room, environments, policy)
  }

  /// Plays every policy on given seeds.
  func play(_ seeds: [UInt64]) throws -> EvaluationResult {
    let comparison = PolicyComparison(
      entry: room.entry, observation: room.configuration.agent.observation, seeds: seeds)
    let all = ComparedPolicy.allCases
    let progress = room.progress.phase("evaluate", total: all.count, done: 0, unit: "policies")
    var scores: [PolicyScores] = []
    for (index, compared) in all.enumerated() {
      let found =
        compared == .trained || compared == .shuffledLatents
        ? try comparison.controller(compared, policy, in: environments) { progress.beat() }
        : try comparison.baseline(compared)
      if let found { scores.append(found) }
      progress.update(done: index + 1, terms: found.map { [($0.policy.rawValue, $0.mean)] } ?? [])
      room.show(
        phase: "evaluate", progress: Double(index + 1) / Double(all.count), detail: compared.title
      ) { _ in }
      try room.stopIfInterrupted()
    }
    progress.finish(done: all.count)
    return EvaluationResult(
      scores: scores, rootSeed: room.rootSeed, countsSuccess: room.entry.countsSuccess)
  }
}

/// What every compared policy reached, with intervals.
struct EvaluationResult {
  let scores: [PolicyScores]
  let rootSeed: UInt64
  let countsSuccess: Bool

  /// A policy's scores, where it was played.
  subscript(policy: ComparedPolicy) -> PolicyScores? { scores.first { $0.policy == policy } }

  /// A policy's mean return with its 95 % bootstrap interval.
  func interval(_ scores: PolicyScores) -> BootstrapInterval {
    var stream = RandomStream(root: rootSeed, name: "evaluate/bootstrap/\(scores.policy.rawValue)")
    return BootstrapInterval(scores.results.map(\.episodeReturn), using: &stream)
  }

  /// Environment steps taken with eyes open: those of the trained controller.
  var environmentSteps: Int {
    scores.reduce(0) { $0 + $1.results.reduce(0) { $0 + $1.length } }
  }

  /// One line an episode.
  var scoreLines: String {
    scores.flatMap { scores in
      scores.results.map { result in
        let line: JSONValue = [
          "policy": .string(scores.policy.rawValue), "seed": .integer(Int(result.seed)),
          "return": .number(result.episodeReturn), "length": .integer(result.length),
          "terminated": .bool(result.terminated), "truncated": .bool(result.truncated),
        ]
        return line.line + "\n"
      }
    }.joined()
  }

  /// Mean, interval, deviation and number of episodes by policy.
  var json: JSONValue {
    .object(scores.map { .init($0.policy.rawValue, json($0)) })
  }

  private func json(_ scores: PolicyScores) -> JSONValue {
    let interval = interval(scores)
    var value = interval.json
    if !scores.note.isEmpty { value["policy"] = .string(scores.note) }
    if countsSuccess { value["successRate"] = .number(scores.successRate) }
    return value
  }

  /// The header of the table of returns.
  var tableHeader: [String] {
    ["policy", "mean return", "95 % interval", "std", "× random"]
      + (countsSuccess ? ["success"] : []) + ["episodes"]
  }

  /// The rows of the table of returns.
  var tableRows: [[String]] {
    let random = self[.random]?.mean ?? .nan
    return scores.map { scores in
      let interval = interval(scores)
      let title = scores.policy.title + (scores.note.isEmpty ? "" : ": \(scores.note)")
      let success = countsSuccess ? [NumberStyle.share(scores.successRate)] : []
      return [
        title, NumberStyle.value(interval.mean),
        "\(NumberStyle.value(interval.low))…\(NumberStyle.value(interval.high))",
        NumberStyle.value(interval.standardDeviation), NumberStyle.ratio(interval.mean / random),
      ] + success + ["\(interval.count)"]
    }
  }
}

extension BootstrapInterval {
  /// Mean, interval, deviation and number of episodes.
  var json: JSONValue {
    [
      "mean": .number(mean), "low": .number(low), "high": .number(high),
      "std": .number(standardDeviation), "episodes": .integer(count),
    ]
  }
}
