import Controllers
import Datasets
import EnvironmentKit
import Evaluation
import Files
import Foundation
import WorldModels

/// Trains and plays one variant on the world model of one seed; its folder keeps both.
struct SweepCell {
  let context: RunContext
  let model: TrainedWorldModel
  let variant: ControllerVariant
  /// Episodes played in the dream and in the world.
  let episodes: Int

  private var folder: URL {
    context.folder.url.appendingPathComponent("variants").appendingPathComponent(variant.name)
  }
  private var resultFile: URL { folder.appendingPathComponent("result.json") }

  /// Goes on from what the folder holds.
  func run() throws -> VariantResult {
    if FileManager.default.fileExists(atPath: resultFile.path) { return try stored() }
    try DurableFile.createFolder(folder)
    var configuration = context.configuration
    variant.change(&configuration)
    let batches = AgentBatches(
      entry: context.entry, configuration: configuration, vision: model.vision.frozen,
      memory: memory(configuration), view: variant.factsView)
    let controller = try ControllerStage(
      context, batches, model.dataset, model.latents,
      file: folder.appendingPathComponent("controller.safetensors"),
      title: "seed \(configuration.seed), \(variant.title)"
    ).run()
    let result = try play(controller.trainer, batches)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try DurableFile.write(
      String(decoding: try encoder.encode(result), as: UTF8.self) + "\n", to: resultFile)
    return result
  }

  private func stored() throws -> VariantResult {
    do {
      return try JSONDecoder().decode(VariantResult.self, from: Data(contentsOf: resultFile))
    } catch {
      throw ExperimentError(
        place: resultFile.path, cause: "is no result of a sweep",
        remedy: "remove the file, and run the same command again")
    }
  }

  private func memory(_ configuration: RunConfiguration) -> FrozenMemory? {
    guard configuration.needsMemory else { return nil }
    guard variant.hasUntrainedMemory else { return model.memory?.frozen }
    let sizes = configuration.memory(for: context.entry.actions)
    return FrozenMemory(MemoryTrainer(sizes, seed: context.rootSeed).model)
  }

  private func play(
    _ trainer: ControllerTrainer, _ batches: AgentBatches
  ) throws -> VariantResult {
    let first = context.configuration.evaluate.firstSeed
    let seeds = (0..<episodes).map { UInt64(first + $0) }
    let isDream = trainer.configuration.world == .dream
    let progress = context.progress.phase(
      "play \(variant.title)", total: isDream ? 2 : 1, done: 0, unit: "worlds")
    let real = try PolicyComparison(entry: context.entry, seeds: seeds)
      .controller(.trained, trainer, in: batches) { progress.beat() }
    var dream: [Double] = []
    if isDream {
      progress.update(done: 1, terms: [("real", real.mean)])
      let starts = model.latents.starts(
        of: model.trainingEpisodes, reading: batches.configuration.agent.reading)
      let runner = EpisodeRunner<Float>(
        try batches.dream(count: min(128, episodes), starts: starts))
      runner.onStep = { _ in progress.beat() }
      dream = try runner.evaluate(trainer.policy(), seeds: seeds).map(\.episodeReturn)
    }
    progress.finish(done: isDream ? 2 : 1)
    try context.stopIfInterrupted()
    return VariantResult(
      dream: dream, real: real.results.map(\.episodeReturn),
      realSteps: isDream ? 0 : trainer.environmentSteps,
      dreamSteps: isDream ? trainer.environmentSteps : 0)
  }
}

extension TrainedWorldModel {
  /// The episodes that V and M learnt from.
  var trainingEpisodes: [EpisodeSpan] {
    DatasetSplit(dataset, heldOutEvery: batches.configuration.collect.heldOutEvery).training
  }
}
