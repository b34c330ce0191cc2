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
  func run(in room: WorldRoom) throws -> EvaluationResult {
    let result = try PlayedComparison(room, agent.environments, agent.policy)
      .play(room.configuration.evaluate.seeds())
    try room.folder.write(result.scoreLines, to: room.folder.scoresFile)
    return result
  }
}

/// Plays a trained policy and all baselines.
package struct PlayedComparison {
  private let room: WorldRoom
  private let environments: AgentEnvironments
  private let policy: any Policy<Float>

  package init(_ room: WorldRoom, _ environments: AgentEnvironments, _ policy: any Policy<Float>) {
    (self.room, self.environments, self.policy) = (room, environments, policy)
  }

  /// Plays every policy on given seeds.
  package func play(_ seeds: [UInt64]) throws -> EvaluationResult {
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
