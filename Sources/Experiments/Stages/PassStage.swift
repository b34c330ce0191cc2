import Controllers
import Evaluation
import Files
import Foundation
import Randomness
import Settings
import Statistics
import WorldModels

/// Plays the policy of a pass that another pass follows, and keeps the result.
struct PassStage: Stage {
  static let name = "evaluate"

  /// Which pass.
  let pass: Int
  /// What it ended with.
  let agent: LearnedAgent

  /// Where the result of a pass is kept, written last.
  static func file(_ pass: Int, in folder: RunFolder) -> URL {
    folder.url.appendingPathComponent("pass-\(pass).json")
  }

  /// Plays where that was not done before.
  func run(in room: WorldRoom) throws {
    let file = Self.file(pass, in: room.folder)
    guard !FileManager.default.fileExists(atPath: file.path) else { return }
    let progress = room.progress.phase(
      "evaluate pass \(pass)", total: 1, done: 0, unit: "policies")
    let scores = try PolicyComparison(
      entry: room.entry, observation: room.configuration.agent.observation,
      seeds: room.configuration.evaluate.seeds()
    ).controller(.trained, agent) { progress.beat() }
    var stream = RandomStream(root: room.rootSeed, name: "evaluate/bootstrap/pass/\(pass)")
    let isReal = room.configuration.learner.place == .world
    let result = PassResult(
      pass: pass, frames: agent.dataset.frameCount,
      controllerSteps: isReal ? agent.learner.learner.environmentSteps : 0,
      trained: BootstrapInterval(scores.results.map(\.episodeReturn), using: &stream))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try DurableFile.write(
      String(decoding: try encoder.encode(result), as: UTF8.self) + "\n", to: file)
    progress.finish(done: 1)
  }

  /// The results of the passes before the last; none where one policy goes through all passes.
  static func results(_ room: WorldRoom) throws -> [PassResult] {
    let loop = room.configuration.loop
    guard loop.newLearner else { return [] }
    return try (1..<max(1, loop.passes)).map { number in
      let file = file(number, in: room.folder)
      do {
        return try JSONDecoder().decode(PassResult.self, from: Data(contentsOf: file))
      } catch {
        throw ExperimentError(
          place: file.path, cause: "is no result of a pass", remedy: "start a new run")
      }
    }
  }
}

extension PolicyComparison {
  /// Plays a trained policy, seeing or fed another episode's frames.
  func controller(
    _ policy: ComparedPolicy, _ agent: LearnedAgent, onStep: @escaping () -> Void
  ) throws -> PolicyScores {
    try controller(policy, agent.policy, in: agent.environments, onStep: onStep)
  }

  /// Plays a trained policy in what it may act in.
  package func controller(
    _ policy: ComparedPolicy, _ actor: any Policy<Float>, in environments: AgentEnvironments,
    onStep: @escaping () -> Void
  ) throws -> PolicyScores {
    let limit = environments.configuration.learner.maximumSteps
    return try controller(
      policy, actor, maximumSteps: limit > 0 ? limit : nil,
      seeing: { try environments.seen(count: $0.count, seeing: $0) }, onStep: onStep)
  }
}
