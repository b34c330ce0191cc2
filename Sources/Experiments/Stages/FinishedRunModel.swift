import EnvironmentKit
import Evaluation

extension FinishedRun {
  /// Episodes that `evaluateModel` plays where no number is given.
  public static let modelEpisodes = 192

  /// Measures the run's world model on fresh episodes; writes `model.json` and pictures.
  ///
  /// - Parameters:
  ///   - seeds: of the episodes, below 2³²; those from the run's first evaluation seed on where none
  ///     are given.
  ///   - progress: where progress goes.
  /// - Throws: where the run has no M, or its folder cannot be written.
  public func evaluateModel(
    seeds: ClosedRange<UInt64>?, progress: ProgressReporter
  ) throws -> ModelReport {
    guard let memory else {
      throw ExperimentError(
        .usage, place: folder.url.path,
        cause: "the run has no world model: its agent sees through "
          + "V alone",
        remedy:
          "give a run whose agent.input is zh or zch, or whose controller learned in the dream"
      )
    }
    let first = UInt64(configuration.evaluate.firstSeed)
    let space = entry.actions
    let encoding = configuration.agent.actionEncoding
    let stage = ModelEvaluationStage(
      folder: folder, configuration: configuration, entry: entry, vision: vision, memory: memory,
      extent: ModelEvaluation.Extent()
    ) { encoding.numbers(of: $0, in: space) }
    return try stage.run(
      seeds ?? first...first + UInt64(Self.modelEpisodes) - 1, progress: progress)
  }
}
