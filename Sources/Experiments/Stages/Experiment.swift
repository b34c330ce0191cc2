import EnvironmentKit
import Foundation

/// The main job on one page: world → frames → V → M → C, in the dream or the world → evaluation → report.
///
/// Every stage looks in the run folder how far it is, goes on from there, and saves at fixed counts;
/// so the same call on the same folder resumes.
public struct Experiment {
  private let context: RunContext

  /// Opens or makes the run's folder.
  ///
  /// - Throws: where the world is unknown, or the folder is of another run or cannot be written.
  public init(
    configuration: RunConfiguration, folder: RunFolder, progress: ProgressReporter,
    observer: (any RunObserver)? = nil
  ) throws {
    let entry = try folder.entry(ofWorld: configuration.world)
    guard entry.observations.contains(.pixels64) else {
      throw ExperimentError(
        .usage, place: "world '\(entry.id)'", cause: "it has no 64×64 pixels to see",
        remedy: "choose a world with pixels64 ('umwelt envs')")
    }
    context = RunContext(
      configuration: configuration, entry: entry, folder: folder, progress: progress,
      observer: observer)
  }

  /// Runs every stage that is not done yet.
  ///
  /// - Returns: the table of results, as lines of text.
  public func run() throws -> [String] {
    let resumed = try context.folder.prepare(for: context.configuration)
    if context.folder.isFinished { return ["this run was finished before; nothing is left to do"] }
    return try FolderLock.hold(context.folder) {
      var metadata = try RunMetadata.begin(context, resumed: resumed)
      do {
        let clock = StageClock()
        let (model, controller) = try train(clock)
        let scores = try clock.time("evaluate") {
          try EvaluateStage(context, model.batches, controller).run()
        }
        let lines = try clock.time("report") {
          try ReportStage(context, model, controller, scores).run(clock)
        }
        try metadata.end("finished", context)
        return lines
      } catch {
        let isStop = (error as? ExperimentError)?.kind == .interrupted
        try? metadata.end(isStop ? "interrupted" : "failed: \(error)", context)
        throw error
      }
    }
  }

  /// Collects and trains, as many passes as the configuration has.
  ///
  /// V and M of a pass are gone once the next one trains on; but then it has all its frames.
  private func train(_ clock: StageClock) throws -> (TrainedWorldModel, TrainedController) {
    let count = context.configuration.iterations
    var collector: (AgentBatches, TrainedController)?
    for number in 1..<max(1, count) where !isBehind(number) {
      let pass = TrainingPass(number, of: context.configuration, collector: collector)
      let model = try TrainedWorldModel(context, pass: pass, clock: clock)
      let controller = try controller(model, number, clock)
      try clock.time("evaluate") { try PassStage(context, number).run(model, controller) }
      collector = (model.batches, controller)
    }
    let pass = TrainingPass(count, of: context.configuration, collector: collector)
    let model = try TrainedWorldModel(context, pass: pass, clock: clock)
    return (model, try controller(model, count, clock))
  }

  private func controller(
    _ model: TrainedWorldModel, _ number: Int, _ clock: StageClock
  ) throws -> TrainedController {
    let isLast = number == context.configuration.iterations
    return try clock.time("controller") {
      try ControllerStage(
        context, model.batches, model.dataset, model.latents,
        file: isLast ? nil : context.folder.controllerFile(pass: number),
        title: context.configuration.iterations == 1 ? "train C" : "train C, pass \(number)"
      ).run()
    }
  }

  /// Whether a pass and the collecting that follows it are done.
  private func isBehind(_ number: Int) -> Bool {
    let file = PassStage(context, number).file
    return FileManager.default.fileExists(atPath: file.path)
      && CollectStage.isDone(context, TrainingPass(number + 1, of: context.configuration))
  }
}
