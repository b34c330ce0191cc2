import Controllers
import EnvironmentKit
import Evaluation
import Files
import Randomness
import Statistics
import WorldModels

/// Compares the trained controller with the baselines on unseen seeds.
struct EvaluateStage {
  private let context: RunContext
  private let batches: AgentBatches
  private let controller: TrainedController

  init(_ context: RunContext, _ batches: AgentBatches, _ controller: TrainedController) {
    self.context = context
    self.batches = batches
    self.controller = controller
  }

  /// Plays every policy and writes `scores.jsonl`.
  func run() throws -> EvaluationResult {
    let evaluate = context.configuration.evaluate
    let seeds = (0..<evaluate.episodes).map { UInt64(evaluate.firstSeed + $0) }
    let result = try play(seeds)
    try context.folder.write(result.scoreLines, to: context.folder.scoresFile)
    return result
  }

  /// Plays every policy on given seeds.
  func play(_ seeds: [UInt64]) throws -> EvaluationResult {
    let comparison = PolicyComparison(entry: context.entry, seeds: seeds)
    let progress = context.progress.phase(
      "evaluate", total: ComparedPolicy.allCases.count, done: 0, unit: "policies")
    var scores: [PolicyScores] = []
    for (index, policy) in ComparedPolicy.allCases.enumerated() {
      let found =
        try comparison.baseline(policy)
        ?? (policy == .trained || policy == .shuffledLatents
          ? comparison.controller(policy, controller.trainer, in: batches) { progress.beat() }
          : nil)
      if let found { scores.append(found) }
      progress.update(done: index + 1, terms: found.map { [($0.policy.rawValue, $0.mean)] } ?? [])
      watch(index + 1, policy)
      try context.stopIfInterrupted()
    }
    progress.finish(done: ComparedPolicy.allCases.count)
    return EvaluationResult(
      scores: scores, rootSeed: context.rootSeed, countsSuccess: context.entry.countsSuccess)
  }

  private func watch(_ done: Int, _ policy: ComparedPolicy) {
    guard let observer = context.observer, observer.wantsSnapshot else { return }
    var snapshot = RunSnapshot()
    snapshot.phase = .evaluate
    snapshot.progress = Double(done) / Double(ComparedPolicy.allCases.count)
    snapshot.detail = policy.title
    snapshot.controllerHistory = controller.history
    snapshot.isDream = controller.trainer.configuration.world == .dream
    observer.receive(snapshot)
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
