import Controllers
import Datasets
import EnvironmentKit
import Files
import Foundation
import WorldModels

/// A run read back from its folder: its world, its eyes, its controller.
public struct FinishedRun {
  /// The run's folder.
  public let folder: RunFolder
  /// The run's configuration.
  public let configuration: RunConfiguration
  /// The run's world.
  public let entry: CatalogEntry
  /// The run's V.
  package let vision: FrozenVision
  /// The run's M, where it has one.
  package let memory: FrozenMemory?
  /// The run's C with its search.
  package let trainer: ControllerTrainer
  package let batches: AgentBatches

  /// Reads a run.
  ///
  /// - Throws: where the folder is no run, or a checkpoint is missing, cut short or foreign.
  public init(_ folder: RunFolder) throws {
    self.folder = folder
    configuration = try folder.configuration()
    entry = try folder.entry(ofWorld: configuration.world)
    let memoryFiles = configuration.needsMemory ? [folder.memoryFile] : []
    for file in [folder.visionFile, folder.controllerFile] + memoryFiles
    where !FileManager.default.fileExists(atPath: file.path) {
      throw ExperimentError(
        place: file.path,
        cause: "the checkpoint is missing: the run is not that far\(folder.statusInWords)",
        remedy: "go on with: umwelt run --run-dir \(folder.url.path)")
    }
    let visionTrainer = VisionTrainer(configuration.vision, seed: UInt64(configuration.seed))
    _ = try VisionCheckpoint(url: folder.visionFile, configuration: configuration.vision)
      .restore(into: visionTrainer)
    vision = FrozenVision(visionTrainer.model)
    memory = try Self.memory(folder, configuration, entry)
    batches = AgentBatches(
      entry: entry, configuration: configuration, vision: vision, memory: memory)
    trainer = try ControllerCheckpoint(
      url: folder.controllerFile, configuration: configuration.controller,
      shape: batches.shape()
    ).restore().trainer
  }

  private static func memory(
    _ folder: RunFolder, _ configuration: RunConfiguration, _ entry: CatalogEntry
  ) throws -> FrozenMemory? {
    guard configuration.needsMemory else { return nil }
    let sizes = configuration.memory(for: entry.actions)
    let trainer = MemoryTrainer(sizes, seed: UInt64(configuration.seed))
    _ = try MemoryCheckpoint(url: folder.memoryFile, configuration: sizes).restore(into: trainer)
    return FrozenMemory(trainer.model)
  }

  /// The trained agent, ready to be drawn at play.
  public func agentView() throws -> AgentView {
    try AgentView(batches, trainer: trainer, folder: folder)
  }

  /// The run's world seen through its V and M, as a batch for controllers of one's own.
  public func latentEnvironments(count: Int) throws -> LatentEnvironments {
    try batches.real(count: count)
  }

  /// The dream of the run's M, as a batch for controllers of one's own.
  ///
  /// - Parameter settings: temperature and ends; the run's own where none are given.
  /// - Throws: where the run has no M or its data set cannot be read.
  public func dreamEnvironments(
    count: Int, settings: DreamSettings? = nil
  ) throws -> DreamEnvironments {
    try batches.dream(count: count, starts: dreamStarts(), settings: settings)
  }

  /// The first latents of the run's training episodes, from which dreams begin.
  public func dreamStarts() throws -> DreamStarts {
    let dataset = try EpisodeDataset(at: folder.data)
    let split = DatasetSplit(dataset, heldOutEvery: configuration.collect.heldOutEvery)
    let table = LatentTable(vision, dataset, frames: split.training.map(\.frames.lowerBound))
    return DreamStarts(
      means: table.means, logVariances: table.logVariances, latentSize: table.latentSize,
      reading: configuration.agent.reading)
  }

  /// Compares the controller with the baselines on given seeds, the run's own where none are given.
  public func evaluate(
    seeds: ClosedRange<UInt64>?, progress: ProgressReporter
  ) throws -> EvaluationReport {
    let context = RunContext(
      configuration: configuration, entry: entry, folder: folder, progress: progress,
      observer: nil, keepsWork: false)
    let first = UInt64(configuration.evaluate.firstSeed)
    let range = seeds ?? first...first + UInt64(configuration.evaluate.episodes) - 1
    let stage = EvaluateStage(
      context, batches, TrainedController(trainer: trainer, history: []))
    return EvaluationReport(
      result: try stage.play(Array(range)), seeds: range, configuration: configuration)
  }
}

/// A comparison as text and as JSON.
public struct EvaluationReport {
  let result: EvaluationResult
  let seeds: ClosedRange<UInt64>
  let configuration: RunConfiguration

  /// The table of returns.
  public var lines: [String] {
    TextTable.lines(
      header: result.tableHeader, rows: result.tableRows,
      rightAligned: Set(1..<result.tableHeader.count))
  }

  /// World, seeds and returns as one JSON object.
  public var json: String {
    let value: JSONValue = [
      "schema": 1, "world": .string(configuration.world),
      "seeds": [.integer(Int(seeds.lowerBound)), .integer(Int(seeds.upperBound))],
      "returns": result.json,
    ]
    return value.document
  }
}
