import Datasets
import EnvironmentKit
import Evaluation
import Experiments
import LongWork
import Settings
import WorldModels

extension FinishedRun {
  /// Episodes that `evaluateModel` plays where no number is given.
  public static let modelEpisodes = 192

  /// Measures the run's world model on fresh episodes, without a world on those that were held out; writes `model.json`
  /// and pictures.
  ///
  /// - Parameters:
  ///   - seeds: of the episodes, below 2³²; those from the run's first evaluation seed on where none
  ///     are given.
  ///   - count: how many episodes, where no seeds are given.
  ///   - progress: where progress goes.
  /// - Throws: where the run's model has no memory, or its folder cannot be written.
  public func evaluateModel(
    seeds: [UInt64]?, count: Int? = nil, progress: ProgressReporter
  ) throws -> ModelReport {
    if seeds != nil { try checkWorld(for: "playing seeds") }
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
    guard entry.canBePlayed else {
      let given = try folder.dataset(of: identity, configuration)
      return try stage.run(heldOut(of: given, atMost: count), given: given, progress: progress)
    }
    return try stage.run(
      seeds ?? (0..<UInt64(count ?? Self.modelEpisodes)).map { first + $0 }, progress: progress)
  }

  /// Numbers of episodes that no stage has learned from, of those that have steps.
  private func heldOut(of given: EpisodeDataset, atMost count: Int?) -> [UInt64] {
    let held = Set(configuration.split(given).heldOut.map(\.frames.lowerBound))
    let numbers = given.episodes.indices.filter {
      held.contains(given.episodes[$0].frames.lowerBound) && !given.episodes[$0].steps.isEmpty
    }
    return numbers.prefix(count ?? Self.modelEpisodes).map(UInt64.init)
  }
}
