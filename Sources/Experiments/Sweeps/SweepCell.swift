import Controllers
import Datasets
import EnvironmentKit
import Evaluation
import Files
import Foundation
import Settings
import WorldModels

/// Trains and plays one variant on the world model of one seed; its folder keeps both.
struct SweepCell {
  let room: WorldRoom
  let model: ModelTraining
  let dataset: EpisodeDataset
  let variant: ControllerVariant
  /// Episodes played in the dream and in the world.
  let episodes: Int

  private var folder: URL { room.folder.variants.appendingPathComponent(variant.name) }
  private var resultFile: URL { Self.resultFile(variant, in: room.folder) }

  private static func resultFile(_ variant: ControllerVariant, in folder: RunFolder) -> URL {
    folder.variants.appendingPathComponent(variant.name).appendingPathComponent("result.json")
  }

  /// Whether a variant was trained and played, in so many episodes, on the model of a run.
  static func isDone(_ variant: ControllerVariant, in folder: RunFolder, episodes: Int) -> Bool {
    (try? stored(resultFile(variant, in: folder)))?.real.count == episodes
  }

  /// Goes on from what the folder holds.
  func run() throws -> VariantResult {
    if FileManager.default.fileExists(atPath: resultFile.path) {
      let result = try Self.stored(resultFile)
      guard result.real.count == episodes else { throw otherEpisodes(result) }
      return result
    }
    try DurableFile.createFolder(folder)
    var configuration = room.configuration
    variant.change(&configuration)
    try configuration.check(in: room.entry)
    let environments = AgentEnvironments(
      entry: room.entry, configuration: configuration,
      model: try variant.hasUntrainedMemory
        ? model.trainer.untrained() : model.freeze(), view: variant.factsView)
    let learner = try LearnerTraining(
      environments, dataset, name: "controller", in: room,
      checkpoints: CheckpointSet(
        folder, run: try RunIdentity(configuration, room.entry, part: variant.name)))
    let policy = try room.run(
      LearnerStage(
        pass: 1, training: learner, environments: environments, dataset: dataset,
        title: "seed \(configuration.seed), \(variant.title)"))
    var result = try play(policy, learner.learner, environments)
    if let ppo = configuration.learner as? PPOSettings, ppo.place == .world {
      result.curve = ReturnCurve(
        learner.curves.curves, stepsPerUpdate: ppo.environments * ppo.horizon,
        atMost: learner.learner.environmentSteps)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try DurableFile.write(
      String(decoding: try encoder.encode(result), as: UTF8.self) + "\n", to: resultFile)
    return result
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
      entry: room.entry, observation: room.configuration.agent.observation, seeds: seeds
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
