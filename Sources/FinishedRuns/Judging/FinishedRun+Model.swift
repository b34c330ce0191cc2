import EnvironmentKit
import Evaluation
import Experiments
import LongWork
import Settings
import WorldModels

extension FinishedRun {
  /// Episodes that `evaluateModel` plays where no number is given.
  public static let modelEpisodes = 192

  /// Measures the run's world model on fresh episodes; writes `model.json` and pictures.
  ///
  /// - Parameters:
  ///   - seeds: of the episodes, below 2³²; those from the run's first evaluation seed on where none
  ///     are given.
  ///   - progress: where progress goes.
  /// - Throws: where the run's model has no memory, or its folder cannot be written.
  public func evaluateModel(
    seeds: [UInt64]?, progress: ProgressReporter
  ) throws -> ModelReport {
    guard let model = model as? MixtureMemoryModel, let vision = model.vision,
      let untrained = try untrained() as? MixtureMemoryModel
    else {
      throw ExperimentError(
        .usage, place: folder.url.path,
        cause: "its model is of kind '\(configuration.model.kind)', which has no memory to measure",
        remedy: "make one with a memory: "
          + ShellCommand.text("run", entry.id, "--set", "model.kind=mixtureMemory"))
    }
    let hold = try folder.beginStudy(renewing: configuration)
    defer { hold.end() }
    let first = UInt64(configuration.evaluate.firstSeed)
    let (space, encoding) = (entry.actions, model.actionEncoding)
    let stage = ModelEvaluationStage(
      folder: folder, configuration: configuration, entry: entry, vision: vision,
      memory: model.memory, untrained: untrained.memory, extent: ModelEvaluation.Extent()
    ) { encoding.numbers(of: $0, in: space) }
    return try stage.run(
      seeds ?? (0..<UInt64(Self.modelEpisodes)).map { first + $0 }, progress: progress)
  }
}
