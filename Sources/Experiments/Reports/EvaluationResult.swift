import Controllers
import EnvironmentKit
import Evaluation
import Files
import Pictures
import Randomness
import Statistics
import WorldModels

/// What every compared policy reached, with intervals.
package struct EvaluationResult {
  let scores: [PolicyScores]
  let rootSeed: UInt64
  let countsSuccess: Bool

  /// Of a run without a world: nobody was played.
  static func unplayed(_ room: WorldRoom) -> EvaluationResult {
    EvaluationResult(scores: [], rootSeed: room.rootSeed, countsSuccess: false)
  }

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
  package var json: JSONValue {
    .object(scores.map { .init($0.policy.rawValue, json($0)) })
  }

  private func json(_ scores: PolicyScores) -> JSONValue {
    let interval = interval(scores)
    var value = interval.json
    if !scores.note.isEmpty { value["policy"] = .string(scores.note) }
    if countsSuccess { value["successRate"] = .number(scores.successRate) }
    return value
  }

  /// The trained policy and the others against random play.
  private var againstRandom: AgainstRandom {
    guard let random = self[.random] else { return AgainstRandom(mean: .nan, low: .nan) }
    let interval = interval(random)
    return AgainstRandom(mean: interval.mean, low: interval.low)
  }

  /// The header of the table of returns.
  package var tableHeader: [String] {
    ["policy", "mean return", "95 % interval", "std", againstRandom.title]
      + (countsSuccess ? ["success"] : []) + ["episodes"]
  }

  /// The rows of the table of returns.
  package var tableRows: [[String]] {
    let random = againstRandom
    return scores.map { scores in
      let interval = interval(scores)
      let title = scores.policy.title + (scores.note.isEmpty ? "" : ": \(scores.note)")
      let success = countsSuccess ? [NumberStyle.share(scores.successRate)] : []
      return [
        title, NumberStyle.value(interval.mean),
        NumberStyle.range(interval.low, interval.high),
        NumberStyle.value(interval.standardDeviation), random.cell(interval.mean),
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
