import Controllers
import Evaluation
import Files
import Foundation
import Randomness
import Statistics
import WorldModels

/// What the controller of one pass reached in the real world, on the seeds of the evaluation.
struct PassResult: Codable, Hashable {
  /// The number of the pass.
  var pass: Int
  /// Frames that had been collected.
  var frames: Int
  /// Steps of C's training in the real world.
  var controllerSteps: Int
  /// C's return.
  var trained: BootstrapInterval
}

/// Plays the controller of a pass that another pass follows, and keeps the result.
struct PassStage {
  private let context: RunContext
  private let number: Int

  init(_ context: RunContext, _ number: Int) { (self.context, self.number) = (context, number) }

  /// Where the result is kept, written last.
  var file: URL { context.folder.url.appendingPathComponent("pass-\(number).json") }

  /// Plays where that was not done before.
  func run(_ model: TrainedWorldModel, _ controller: TrainedController) throws {
    guard !FileManager.default.fileExists(atPath: file.path) else { return }
    let evaluate = context.configuration.evaluate
    let seeds = (0..<evaluate.episodes).map { UInt64(evaluate.firstSeed + $0) }
    let progress = context.progress.phase(
      "evaluate pass \(number)", total: 1, done: 0, unit: "policies")
    let scores = try PolicyComparison(entry: context.entry, seeds: seeds)
      .controller(.trained, controller.trainer, in: model.batches) { progress.beat() }
    var stream = RandomStream(root: context.rootSeed, name: "evaluate/bootstrap/pass/\(number)")
    let isReal = controller.trainer.configuration.world == .real
    let result = PassResult(
      pass: number, frames: model.dataset.frameCount,
      controllerSteps: isReal ? controller.trainer.environmentSteps : 0,
      trained: BootstrapInterval(scores.results.map(\.episodeReturn), using: &stream))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try DurableFile.write(
      String(decoding: try encoder.encode(result), as: UTF8.self) + "\n", to: file)
    progress.finish(done: 1)
  }

  /// The results of the passes before the last.
  static func results(_ context: RunContext) throws -> [PassResult] {
    try (1..<max(1, context.configuration.iterations)).map { number in
      let file = PassStage(context, number).file
      do {
        return try JSONDecoder().decode(PassResult.self, from: Data(contentsOf: file))
      } catch {
        throw ExperimentError(
          place: file.path, cause: "is no result of a pass", remedy: "start a new run")
      }
    }
  }
}
