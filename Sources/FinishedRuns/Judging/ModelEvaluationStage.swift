import Datasets
import EnvironmentKit
import Evaluation
import Experiments
import Files
import Foundation
import LongWork
import Settings
import WorldModels

/// Plays fresh episodes, measures a world model on them, and writes `model.json` and pictures.
package struct ModelEvaluationStage {
  let folder: RunFolder
  let configuration: RunConfiguration
  let entry: CatalogEntry
  let vision: FrozenVision
  let memory: FrozenMemory
  let untrained: FrozenMemory
  let extent: ModelEvaluation.Extent
  let action: ActionRow

  /// Prepares the evaluation of a run's M.
  package init(
    folder: RunFolder, configuration: RunConfiguration, entry: CatalogEntry, vision: FrozenVision,
    memory: FrozenMemory, untrained: FrozenMemory, extent: ModelEvaluation.Extent,
    action: @escaping ActionRow
  ) {
    (self.folder, self.configuration, self.entry) = (folder, configuration, entry)
    (self.vision, self.memory, self.untrained) = (vision, memory, untrained)
    (self.extent, self.action) = (extent, action)
  }

  /// Measures on fresh episodes of some seeds.
  ///
  /// - Parameter given: the episodes that the run was given in the place of a world, of which `seeds` are then numbers.
  package func run(
    _ seeds: [UInt64], given: EpisodeDataset? = nil, progress: ProgressReporter
  ) throws -> ModelReport {
    let place = folder.url.appendingPathComponent(".model-episodes")
    try DurableFile.remove(place)
    defer { try? DurableFile.remove(place) }
    let dataset =
      try given.map { try copy(seeds, of: $0, to: place, progress) }
      ?? collect(seeds, at: place, progress)
    let phase = progress.phase(
      "evaluate model", total: ModelEvaluation.partCount, done: 0, unit: "parts")
    let evaluation = ModelEvaluation(
      memory: memory, untrained: untrained, vision: vision, dataset: dataset, entry: entry,
      rootSeed: UInt64(configuration.seed), extent: extent, action: action)
    let studies = try evaluation.run(
      parts: {
        phase.update(done: $0, terms: [])
        try Self.stopIfInterrupted()
      }, beat: phase.beat)
    let report = ModelReport(
      studies: studies, configuration: configuration,
      seeds: Array(seeds.prefix(dataset.episodes.count)))
    try DurableFile.createFolder(folder.media)
    try ModelPictures(
      studies: studies, folder: folder, worldID: entry.id,
      framesPerSecond: min(15, entry.specification(configuration.agent.observation).stepsPerSecond)
    ).write()
    try DurableFile.write(
      report.lines.joined(separator: "\n") + "\n", to: folder.modelTablesFile)
    try DurableFile.write(report.document, to: folder.modelFile)
    try ReportPage.renew(folder, configuration)
    phase.finish(done: ModelEvaluation.partCount)
    return report
  }

  private func collect(
    _ seeds: [UInt64], at place: URL, _ progress: ProgressReporter
  ) throws -> EpisodeDataset {
    let observation = configuration.agent.observation
    let specification = entry.specification(observation)
    let writer = try DatasetWriter(
      at: place,
      DatasetIndex(
        world: specification.id, observation: specification.observation, actions: entry.actions,
        facts: specification.facts))
    let phase = progress.phase("play", total: seeds.count, done: 0, unit: "episodes")
    try FreshEpisodes(
      entry: entry, observation: observation, rootSeed: UInt64(configuration.seed),
      holdMaximum: configuration.collect.holdMaximum
    ).play(
      seeds, into: writer,
      eachStep: {
        phase.beat()
        try Self.stopIfInterrupted()
      },
      beat: { phase.update(done: $0, terms: []) })
    let dataset = try EpisodeDataset(at: place)
    phase.finish(done: dataset.episodes.count)
    return dataset
  }

  /// Takes some of the given episodes together, as many as fresh ones would be played.
  private func copy(
    _ numbers: [UInt64], of given: EpisodeDataset, to place: URL, _ progress: ProgressReporter
  ) throws -> EpisodeDataset {
    let index = given.index
    var description = DatasetIndex(
      world: index.world, frameShape: index.frameShape, actions: index.actions, facts: index.facts)
    description.fields = index.fields
    let writer = try DatasetWriter(at: place, description)
    let phase = progress.phase("read", total: numbers.count, done: 0, unit: "episodes")
    for (done, number) in numbers.enumerated()
    where writer.appendedFrames - writer.appendedEpisodes < FreshEpisodes.mostSteps {
      try Self.stopIfInterrupted()
      try writer.append(given.copy(ofEpisode: Int(number), seed: number))
      phase.update(done: done + 1, terms: [])
    }
    try writer.close()
    let dataset = try EpisodeDataset(at: place)
    phase.finish(done: dataset.episodes.count)
    return dataset
  }

  /// Ends an evaluation where Ctrl-C was pressed.
  static func stopIfInterrupted() throws {
    guard Interruption.isRequested else { return }
    throw ExperimentError(
      .interrupted, place: "stopped", cause: "nothing of this is kept",
      remedy: "give the same command again")
  }
}
