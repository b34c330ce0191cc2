import Controllers
import Datasets
import EnvironmentKit
import Evaluation
import Files
import Foundation
import Settings
import WorldModels

/// Trains and plays one variant on the world model of one seed, or without one; its folder keeps both.
struct SweepCell {
  let room: WorldRoom
  /// Nil where the variant needs none.
  let model: ModelTraining?
  let dataset: EpisodeDataset
  let variant: ControllerVariant
  /// Real steps of variants with a budget.
  let steps: Int?
  /// Episodes played in the dream and in the world.
  let episodes: Int

  private var folder: URL { room.folder.variants.appendingPathComponent(variant.name) }
  private var resultFile: URL { Self.resultFile(variant, in: room.folder) }

  private static func resultFile(_ variant: ControllerVariant, in folder: RunFolder) -> URL {
    folder.variants.appendingPathComponent(variant.name).appendingPathComponent("result.json")
  }

  /// Whether a variant was trained and played, in so many steps and episodes, on the model of a run.
  static func isDone(
    _ variant: ControllerVariant, in folder: RunFolder, episodes: Int, steps: Int?
  ) -> Bool {
    guard let result = try? stored(resultFile(variant, in: folder)) else { return false }
    return result.real.count == episodes && (!variant.hasBudget || result.askedSteps == steps)
  }

  /// The steps that a variant was trained for in a folder; nil where it was not, or has a budget of its own.
  static func askedSteps(_ variant: ControllerVariant, in folder: RunFolder) -> Int? {
    (try? stored(resultFile(variant, in: folder)))?.askedSteps
  }

  /// What the folder holds of a variant that is done; nil of one that is not.
  private func finished() throws -> VariantResult? {
    guard FileManager.default.fileExists(atPath: resultFile.path) else { return nil }
    let result = try Self.stored(resultFile)
    guard result.real.count == episodes else { throw otherEpisodes(result) }
    guard !variant.hasBudget || result.askedSteps == steps else { throw otherSteps(result) }
    return result
  }

  /// Goes on from what the folder holds.
  func run() throws -> VariantResult {
    if let result = try finished() { return result }
    try DurableFile.createFolder(folder)
    let collected = variant.countsCollected ? dataset.stepCount : 0
    let configuration = variant.changed(room.configuration, steps: steps, collected: collected)
    try configuration.check(in: room.entry)
    let environments = AgentEnvironments(
      entry: room.entry, configuration: configuration, model: try seenModel(configuration),
      view: variant.factsView)
    let learner = try LearnerTraining(
      environments, dataset, name: "controller", in: room,
      checkpoints: CheckpointSet(
        folder, run: try RunIdentity(configuration, room.entry, part: variant.name)))
    let policy = try room.run(
      LearnerStage(
        pass: 1, training: learner, environments: environments, dataset: dataset,
        title: "seed \(configuration.seed), \(variant.title)"))
    var result = try play(policy, learner.learner, environments)
    result.collectedSteps = collected
    if variant.hasBudget { result.askedSteps = steps }
    if configuration.learner.place == .world {
      result.curve = ReturnCurve(learner.curves.curves)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try DurableFile.write(
      String(decoding: try encoder.encode(result), as: UTF8.self) + "\n", to: resultFile)
    return result
  }

  /// What the variant looks through.
  private func seenModel(_ configuration: RunConfiguration) throws -> any WorldModel {
    guard let model, variant.model != .none else {
      return try NoModelSettings().makeTrainer(in: configuration.modelRoom(in: room.entry)).freeze()
    }
    return try variant.model == .untrainedMemory ? model.trainer.untrained() : model.freeze()
  }

  private func otherSteps(_ result: VariantResult) -> ExperimentError {
    ExperimentError(
      .usage, place: resultFile.path,
      cause: "\(variant.title) was trained for \(result.askedSteps ?? 0) steps, "
        + "asked are \(steps ?? 0)",
      remedy: "give --steps \(result.askedSteps ?? 0), or another folder to --sweep-dir")
  }

  private func otherEpisodes(_ result: VariantResult) -> ExperimentError {
    ExperimentError(
      .usage, place: resultFile.path,
      cause: "\(variant.title) was played in \(result.real.count) episodes, asked are \(episodes)",
      remedy: "give --episodes \(result.real.count), or another folder to --sweep-dir")
  }

  private static func stored(_ resultFile: URL) throws -> VariantResult {
    do {
      return try JSONDecoder().decode(VariantResult.self, from: Data(contentsOf: resultFile))
    } catch {
      throw ExperimentError(
        place: resultFile.path, cause: "is no result of a sweep",
        remedy: "remove the file, and run the same command again")
    }
  }

  private func play(
    _ policy: any Policy<Float>, _ learner: any Learner, _ environments: AgentEnvironments
  ) throws -> VariantResult {
    let seeds = room.configuration.evaluate.seeds(episodes)
    let isDream = environments.configuration.learner.place == .dream
    let progress = room.progress.phase(
      "play \(variant.title)", total: isDream ? 2 : 1, done: 0, unit: "worlds")
    let real = try PolicyComparison(
      entry: room.entry, observation: environments.configuration.agent.observation, seeds: seeds
    ).controller(.trained, policy, in: environments) { progress.beat() }
    var dream: [Double] = []
    if isDream {
      progress.update(done: 1, terms: [("real", real.mean)])
      dream = try DreamRecorder(environments: environments, dataset: dataset)
        .returns(of: policy, seeds: seeds) { progress.beat() }
    }
    progress.finish(done: isDream ? 2 : 1)
    try room.stopIfInterrupted()
    return VariantResult(
      dream: dream, real: real.results.map(\.episodeReturn),
      realSteps: isDream ? 0 : learner.environmentSteps,
      dreamSteps: isDream ? learner.environmentSteps : 0)
  }
}
