import ArgumentParser
import EnvironmentKit
import Experiments
import Foundation
import LongWork
import Ranks
import Settings
import Viewer

/// The main job: a world's frames, an autoencoder, a controller, a report.
struct RunCommand: ParsableCommand, RunsInRanks {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract:
      "Collect frames, train a world model, train a controller in its dream, evaluate, report.",
    discussion: """
      The world model is V, an autoencoder that sees, and M, a memory that foretells what V sees next \
      (model.kind=mixtureMemory), or V alone (model.kind=autoencoder). C, the controller, learns in the \
      dream of M or in the world itself (learner.in=dream, learner.in=world); a preset chooses by the \
      world. '\(ShellCommand.name) describe' prints what a configuration comes to.

      The same command with the same --run-dir goes on where it stopped, and so does \
      '\(ShellCommand.name) run --run-dir DIR' alone. Ctrl-C saves first.

      With --data DIR there is no world: V and M learn from the episodes in DIR, of another run, of \
      '\(ShellCommand.name) rollout --save' or written by umwelt.data in Python, and C learns in the dream. The report \
      says what can be said without a world.
      """)

  @Argument(
    help: worldHelp("Default: TakeCover."),
    completion: .world)
  var world: String?

  @Option(
    help: ArgumentHelp(
      "Folder of recorded episodes that are learned from in the place of a world.",
      valueName: "dir"),
    completion: .directory)
  var data: String?

  @OptionGroup var configuration: ConfigurationOptions

  @Option(
    help: ArgumentHelp(
      "Steps in the world, all told, of a learner that counts by them: learner.environmentSteps.",
      valueName: "N"))
  var steps: Int?

  @OptionGroup var training: TrainingOptions

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
    let resolved = try resolve()
    let entry = try checkedEntry(resolved, in: training.folder())
    Interruption.catchSignals(speaks: Job.ranks.isLeader)
    try training.train(resolved, command: "run") {
      try Experiment(
        resolved, entry: entry, folder: $0, progress: Job.progress, observer: $1, ranks: Job.ranks
      ).run()
    }
  }

  /// The world, after everything that can be said without training was checked.
  private func checkedEntry(
    _ configuration: RunConfiguration, in folder: RunFolder?
  ) throws -> CatalogEntry {
    let (name, worlds) = (configuration.world, Toolkit.current.worlds)
    if configuration.isOfEpisodes {
      let entry =
        try folder?.entry(of: configuration, in: worlds) ?? configuration.entry(in: worlds)
      try configuration.check(in: entry)
      return entry
    }
    guard let folder else {
      let entry = try worlds.find(name)
      try configuration.check(in: entry)
      return entry
    }
    guard world == nil || !folder.worldHasChanged(name, in: worlds) else {
      throw ExperimentError(
        .usage, place: name,
        cause: "it has changed since the run in \(folder.url.relativePath) was begun",
        remedy:
          "go on with the run's own copy by: \(folder.goOnCommand); or give another folder for "
          + "the changed world")
    }
    let entry = try folder.entry(ofWorld: name, in: worlds)
    try configuration.check(in: entry)
    return entry
  }

  /// The options' configuration; laid over that of the folder where it holds a run and neither
  /// world nor preset nor file is named.
  private func resolve() throws -> RunConfiguration {
    let goesOn =
      world == nil && data == nil && configuration.preset == nil && configuration.config.isEmpty
    if let folder = try training.folder(), goesOn, folder.holdsRun {
      let kept = try folder.configuration(Toolkit.current.kinds)
      guard !kept.isOfFrames else {
        throw ExperimentError(
          .usage, place: training.runDirectory ?? "", cause: "this run trains on frames alone",
          remedy: "go on with: \(folder.goOnCommand)")
      }
      return try configuration.laid(over: kept, files: [], seed: training.seed, further: further)
    }
    return try configuration.resolve(
      world: world, episodes: data, seed: training.seed, further: further)
  }

  private var further: [String] { steps.map { ["learner.environmentSteps=\($0)"] } ?? [] }
}

extension ConfigurationOptions {
  /// Preset for the world, then files, then `--set`, then the options with names of their own.
  func resolve(
    world: String?, episodes: String? = nil, seed: Int?, further: [String] = []
  ) throws -> RunConfiguration {
    let files = try files()
    if let path = episodes ?? named("data.episodes", in: files), !path.isEmpty {
      return try resolve(episodes: path, besides: world, files: files, seed: seed, further: further)
    }
    let entry = try catalogEntry(world ?? named("world", in: files) ?? "TakeCover")
    let preset = try Preset.named(preset ?? named("preset", in: files) ?? "quick")
    var result = try laid(
      over: preset.configuration(for: entry), files: files, seed: seed, further: further)
    result.world = entry.id
    result.preset = preset.rawValue
    return result
  }

  /// The same for recorded episodes in the place of a world.
  private func resolve(
    episodes path: String, besides world: String?, files: [(name: String, text: String)],
    seed: Int?, further: [String]
  ) throws -> RunConfiguration {
    if let world = world ?? named("world", in: files), !world.isEmpty {
      throw ExperimentError(
        .usage, place: "--data \(path)",
        cause: "a run learns from recorded episodes or in a world, not both: '\(world)'",
        remedy: "leave the world out, or --data")
    }
    let preset = try Preset.named(preset ?? named("preset", in: files) ?? "quick")
    let given = try GivenEpisodes(at: path)
    var base = preset.configuration(forEpisodes: given.entry, frames: given.frameCount)
    base.data.episodes = path
    var result = try laid(over: base, files: files, seed: seed, further: further)
    result.preset = preset.rawValue
    return result
  }

  /// The text of every file.
  func files() throws -> [(name: String, text: String)] {
    try config.map { (name: $0, text: try Self.read($0)) }
  }

  /// What `--set` or a file says of a key that stands alone.
  func named(_ key: String, in files: [(name: String, text: String)]) -> String? {
    let texts = settings.filter { $0.hasPrefix("\(key)=") }.map { $0.dropFirst(key.count + 1) }
    return texts.last.map(String.init)
      ?? files.compactMap { ConfigurationOverlay.text(of: key, in: $0.text) }.last
  }

  /// Files, then `--set`, then the options that have names of their own, over given values.
  func laid(
    over base: RunConfiguration, files: [(name: String, text: String)], seed: Int?,
    further: [String] = []
  ) throws -> RunConfiguration {
    var overlay = try ConfigurationOverlay(base, kinds: Toolkit.current.kinds)
    for file in files { try overlay.apply(yaml: file.text, file: file.name) }
    for setting in settings + further { try overlay.apply(setting: setting) }
    if let seed { try overlay.apply(setting: "seed=\(seed)") }
    return try overlay.configuration()
  }

  private static func read(_ file: String) throws -> String {
    func failure(_ cause: String, _ remedy: String) -> ExperimentError {
      ExperimentError(.usage, place: "--config \(file)", cause: cause, remedy: remedy)
    }
    guard let data = FileManager.default.contents(atPath: file) else {
      let exists = FileManager.default.fileExists(atPath: file)
      throw failure(
        exists ? "it cannot be read as a file" : "there is no such file",
        exists ? "give a YAML file that this user may read" : "check the path")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw failure("it is not text in UTF-8", "give a YAML file")
    }
    return text
  }
}
