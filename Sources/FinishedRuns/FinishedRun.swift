import Controllers
import Datasets
import EnvironmentKit
import Evaluation
import Experiments
import Files
import Foundation
import LongWork
import Pictures
import Settings
import WorldModels

/// A run read back from its folder: its world, its model, its policy.
public struct FinishedRun {
  /// The run's folder.
  public let folder: RunFolder
  /// The run's configuration.
  public let configuration: RunConfiguration
  /// The run's world.
  public let entry: CatalogEntry
  /// The run's world model.
  public let model: any WorldModel
  /// The run's world model with fresh weights in what is trained last: a yardstick.
  package let untrained: () throws -> any WorldModel
  package let environments: AgentEnvironments
  /// The files that model and policy were read from.
  package let checkpointFiles: [URL]
  /// What data set and checkpoints note.
  let identity: RunIdentity
  private let learner: any Learner

  /// Reads a run.
  ///
  /// - Parameters:
  ///   - toolkit: the worlds and kinds that it may name.
  ///   - tellsChange: whether standard error is told where the world's file has changed since.
  /// - Throws: where the folder is no run, or a checkpoint is missing, damaged or foreign.
  public init(_ folder: RunFolder, _ toolkit: Toolkit, tellsChange: Bool = true) throws {
    self.folder = folder
    configuration = try folder.configuration(toolkit.kinds)
    guard !configuration.isOfFrames else {
      throw ExperimentError(
        .usage, place: folder.url.relativePath,
        cause:
          "this run trained an autoencoder on frames alone: there is no agent and no world in it",
        remedy:
          "explore it with: \(ShellCommand.text("explore", folder.url.relativePath)), measure it "
          + "with: \(ShellCommand.text("evaluate", "vision", folder.url.relativePath)), or give the "
          + "folder of: \(ShellCommand.text("run"))")
    }
    entry = try folder.entry(of: configuration, in: toolkit.worlds, tellsChange: tellsChange)
    let trainer = try configuration.model.makeTrainer(in: configuration.modelRoom(in: entry))
    identity = try RunIdentity(configuration, entry)
    let checkpoints = CheckpointSet(folder.checkpoints, run: identity)
    for part in trainer.parts {
      let (file, place) = try Self.checkpoint(part.name, checkpoints, folder)
      try part.restore(file, place: place)
    }
    model = try trainer.freeze()
    untrained = { try trainer.untrained() }
    environments = AgentEnvironments(entry: entry, configuration: configuration, model: model)
    learner = try configuration.learner.makeLearner(in: environments.learnerRoom())
    checkpointFiles = (trainer.parts.map(\.name) + ["controller"]).map(checkpoints.readable)
    let (file, place) = try Self.checkpoint("controller", checkpoints, folder)
    try learner.restore(file, place: place)
  }

  /// Reads the checkpoint of a part.
  static func checkpoint(
    _ name: String, _ checkpoints: CheckpointSet, _ folder: RunFolder
  ) throws -> (TensorFile, String) {
    let url = checkpoints.readable(name)
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw ExperimentError(
        place: url.path,
        cause: "the checkpoint is missing: the run is not that far\(folder.statusInWords)",
        remedy: "go on with: \(folder.goOnCommand)")
    }
    return (try checkpoints.read(name), url.path)
  }

  /// The run's policy; each call makes one of its own.
  public func policy() -> any Policy<Float> { learner.policy() }

  /// Refuses work that needs a world, where the run has none.
  ///
  /// - Parameter work: what was asked for, such as `playing it`.
  package func checkWorld(for work: String) throws {
    guard !entry.canBePlayed else { return }
    let path = folder.url.relativePath
    throw ExperimentError(
      .usage, place: path,
      cause: "\(work) needs a world, and this run has only the recorded episodes of "
        + configuration.data.episodes,
      remedy: "look into its dream with: \(ShellCommand.text("dream", path)), or measure its model "
        + "with: " + ShellCommand.text("evaluate", "model", path))
  }

  /// The trained agent, ready to be drawn at play.
  public func agentView() throws -> AgentView { try AgentView(environments, policy: policy()) }

  /// The run's world seen through its model, as a batch for learners of one's own.
  public func latentEnvironments(count: Int) throws -> LatentEnvironments {
    try environments.real(count: count)
  }

  /// The dream of the run's model, as a batch for learners of one's own.
  ///
  /// - Parameters:
  ///   - settings: temperature and ends; the run's own where none are given.
  ///   - autoreset: what happens when an episode ends.
  /// - Throws: where the model imagines nothing or the data set cannot be read.
  public func dreamEnvironments(
    count: Int, settings: DreamSettings? = nil, autoreset: AutoresetMode = .disabled
  ) throws -> DreamEnvironments {
    let dataset = try folder.dataset(of: identity, configuration)
    return try environments.dream(
      count: count, starts: environments.starts(in: dataset), settings: settings,
      autoreset: autoreset)
  }

  /// Compares the policy with the baselines on given seeds, the run's own where none are given.
  public func evaluate(
    seeds: [UInt64]?, progress: ProgressReporter
  ) throws -> EvaluationReport {
    try checkWorld(for: "comparing policies")
    let room = try WorldRoom(
      configuration, entry: entry, folder: folder, progress: progress, keepsWork: false)
    let chosen = seeds ?? configuration.evaluate.seeds()
    return EvaluationReport(
      result: try PlayedComparison(room, environments, policy()).play(chosen), seeds: chosen,
      configuration: configuration)
  }
}

/// A comparison as text and as JSON.
public struct EvaluationReport {
  let result: EvaluationResult
  let seeds: [UInt64]
  let configuration: RunConfiguration

  /// The table of returns.
  public var lines: [String] {
    TextTable.lines(
      header: result.tableHeader, rows: result.tableRows,
      rightAligned: Set(1..<result.tableHeader.count))
  }

  /// World, seeds and returns as one JSON object.
  public var json: String {
    var value: JSONValue = [
      "schema": 1, "world": .string(configuration.world), "seeds": SeedSpan(seeds).ends,
      "returns": result.json,
    ]
    if let list = SeedSpan(seeds).list { value["seedList"] = list }
    return value.document
  }
}
