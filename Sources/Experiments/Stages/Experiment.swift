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
    try context.folder.checkHoldsNothingElse()
    return try FolderLock.hold(context.folder) {
      let resumed = try context.folder.prepare(for: context.configuration)
      if try context.folder.isFinished() {
        return ["this run was finished before; nothing is left to do"]
      }
      var metadata = try RunMetadata.begin(context, resumed: resumed)
      do {
        let clock = StageClock()
        let passes = PassSequence(context, clock)
        let model = try passes.lastModel()
        let controller = try passes.lastController(model)
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
}
