import Controllers
import Datasets
import EnvironmentKit
import Evaluation
import Files
import Foundation
import LongWork
import Settings

/// Trains controllers in several ways on the world models of several seeds, and compares them.
///
/// The folder holds a run folder a seed (`s1`, `s2`, …) with data, V and M, and below it a folder a variant.
/// The same call on the same folder goes on where it stopped; sweeps of both kinds may share a folder.
public struct Sweep {
  /// What is varied.
  public enum Kind: Hashable, Sendable {
    /// The dream's temperature.
    case temperature([Double])
    /// What C sees and where it trains: all ways of a name in `agentNames(of:)`; with the real steps, all told, of
    /// those by proximal policy optimisation, nil for what the folder has, or the learner's own setting.
    case agents([String], steps: Int? = nil)
    /// What a learner gives itself a bonus for: names in `explorationNames(of:in:)`.
    case exploration([String])

    /// The names of all ways to build and train an agent in a world, in the order of the report.
    public static func agentNames(of world: CatalogEntry) -> [String] {
      ControllerVariant.agents(of: world).map(\.name)
    }

    /// Those that are compared where none are named: all that the world has, of proximal policy optimisation only where
    /// its steps are named.
    public static func usualAgentNames(of world: CatalogEntry, withSteps: Bool) -> [String] {
      ControllerVariant.agents(of: world).filter {
        !$0.hasBudget || withSteps && (try? $0.check(in: world)) != nil
      }.map(\.name)
    }

    /// Whether a way to build and train an agent takes a number of steps.
    public static func takesSteps(agent name: String, in world: CatalogEntry) -> Bool {
      ControllerVariant.agents(of: world).contains { $0.name == name && $0.hasBudget }
    }

    /// Its name in files and commands.
    public var name: String {
      switch self {
      case .temperature: "temperature"
      case .agents: "agents"
      case .exploration: "exploration"
      }
    }

    /// What its tables compare.
    var subject: String {
      if case .exploration = self { "bonus" } else { "controller" }
    }
  }

  private let kind: Kind
  private let configuration: RunConfiguration
  private let entry: CatalogEntry
  private let seeds: [Int]
  private let episodes: Int
  private let folder: URL
  private let progress: ProgressReporter
  private let command: String

  /// Prepares a sweep.
  ///
  /// - Parameters:
  ///   - configuration: what all seeds and variants share.
  ///   - entry: the world.
  ///   - seeds: root seeds, one world model each.
  ///   - episodes: played with every controller, in its dream and in the world.
  ///   - folder: where everything is kept.
  ///   - command: what goes on after a stop.
  public init(
    _ kind: Kind, configuration: RunConfiguration, entry: CatalogEntry, seeds: [Int],
    episodes: Int, folder: URL, progress: ProgressReporter, command: String
  ) {
    self.entry = entry
    (self.kind, self.configuration, self.seeds) = (kind, configuration, seeds)
    (self.episodes, self.folder, self.progress) = (episodes, folder, progress)
    self.command = command
  }

  /// Runs what is not done yet.
  ///
  /// - Returns: the report as lines of text; table, plot and JSON lie in the folder.
  public func run() throws -> [String] {
    try configuration.check(in: entry)
    // What does not fit is said before anything is trained.
    let steps = budget
    for variant in kind.variants(in: entry) {
      try variant.check(in: entry)
      if let steps { try variant.check(steps: steps, of: configuration, in: entry) }
      try variant.changed(configuration, steps: steps, collected: 0).check(in: entry)
    }
    return try FolderLock.hold(folder, work: "sweep", option: Self.option) {
      try checkWorld()
      let asked = kind.variants(in: entry)
      // A part of a sweep adds to the table of the folder; it does not take its place.
      let trained = trainedBefore(besides: asked, steps: steps)
      let variants = kind.ordered(asked + trained, in: entry)
      let columns = try seeds.map { try results(variants, seed: $0, steps: steps) }
      let comparison = PolicyComparison(
        entry: entry, observation: configuration.agent.observation,
        seeds: configuration.evaluate.seeds(episodes))
      let baselines = try [ComparedPolicy.random, .stay, .blind, .facts].compactMap {
        try comparison.baseline($0)
      }
      let report = SweepReport(
        kind: kind.containing(variants), configuration: configuration, seeds: seeds,
        episodes: episodes, variants: variants,
        results: variants.indices.map { row in columns.map { $0[row] } },
        baselines: baselines)
      return try report.write(to: folder)
    }
  }

  /// Real steps of variants with a budget: as asked, else as in the folder, else as the learner has it.
  private var budget: Int? {
    guard case .agents(_, let asked) = kind else { return nil }
    if let asked { return asked }
    let known = ControllerVariant.agents(of: entry).filter(\.hasBudget)
    let folders = seeds.map { seedFolder($0) }
    return known.lazy.flatMap { variant in
      folders.compactMap { SweepCell.askedSteps(variant, in: $0) }
    }.first ?? (configuration.learner as? PPOSettings ?? PPOSettings()).environmentSteps
  }

  private static let option = "--sweep-dir"

  /// Refuses a folder that was begun with what the world's file was before.
  private func checkWorld() throws {
    guard seeds.contains(where: { seedFolder($0).holdsOther(entry) }) else { return }
    throw ExperimentError(
      .usage, place: entry.id, cause: "it has changed since the sweep in \(folder.path) was begun",
      remedy:
        "put the file back (the sweep's copy is \(seedFolder(seeds[0]).worldFile.path)), or give another folder for "
        + "the changed world to \(Self.option)")
  }

  /// The variants of this kind that the folder holds the results of, for every seed.
  private func trainedBefore(
    besides asked: [ControllerVariant], steps: Int?
  ) -> [ControllerVariant] {
    kind.allVariants(in: entry, folders: seeds.map { seedFolder($0) }).filter { variant in
      !asked.contains { $0.name == variant.name }
        && seeds.allSatisfy {
          SweepCell.isDone(variant, in: seedFolder($0), episodes: episodes, steps: steps)
        }
    }
  }

  private func seedFolder(_ seed: Int) -> RunFolder {
    RunFolder(folder.appendingPathComponent("s\(seed)"))
  }

  /// What every variant reached with one seed.
  private func results(
    _ variants: [ControllerVariant], seed: Int, steps: Int?
  ) throws -> [VariantResult] {
    var seeded = configuration
    seeded.seed = seed
    let runFolder = seedFolder(seed)
    let room = try WorldRoom(
      seeded, entry: entry, folder: runFolder, progress: progress, resumeCommand: command)
    return try FolderLock.hold(runFolder.url, work: "sweep", option: Self.option) {
      try runFolder.prepare(for: seeded, in: entry, option: Self.option)
      try room.checkpoints.recover()
      let learned =
        variants.contains { $0.model != .none } ? try Experiment.learnModel(in: room) : nil
      return try variants.map {
        try SweepCell(
          room: room, model: learned?.0,
          dataset: learned?.1 ?? EpisodeDataset(without: room.dataDescription), variant: $0,
          steps: steps, episodes: episodes
        ).run()
      }
    }
  }
}
