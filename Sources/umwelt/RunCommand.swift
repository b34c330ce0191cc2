import ArgumentParser
import Experiments
import Foundation
import Viewer

/// The main job: a world's frames, an autoencoder, a controller, a report.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Collect frames, train the autoencoder and the controller, evaluate, report.",
    discussion: """
      The same command with the same --run-dir goes on where it stopped, and so does
      'umwelt run --run-dir DIR' alone. Ctrl-C saves first.
      """)

  @Argument(help: "The world's id; 'umwelt envs' lists all. Default: TakeCover.")
  var world: String?

  @OptionGroup var configuration: ConfigurationOptions

  @Option(help: "Root seed of every random number.")
  var seed: Int?

  @Option(
    name: .customLong("run-dir"),
    help: ArgumentHelp(
      "Folder of the run; goes on where one of the same configuration stopped.", valueName: "dir"))
  var runDirectory: String?

  @Flag(help: "Show the training in a window.")
  var window = false

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
    let resolved = try resolve()
    _ = try catalogEntry(resolved.world)
    let folder =
      runDirectory.map { RunFolder(URL(fileURLWithPath: $0)) }
      ?? RunFolder.fresh(for: resolved, at: Date())
    Interruption.catchSignals()
    try TrainingSession(configuration: resolved, folder: folder, showsWindow: window).run()
  }

  /// The options' configuration; that of the folder where it holds a run and nothing else is said.
  private func resolve() throws -> RunConfiguration {
    if let runDirectory, world == nil, seed == nil, configuration.isEmpty {
      let folder = RunFolder(URL(fileURLWithPath: runDirectory))
      if folder.holdsRun { return try folder.configuration() }
    }
    return try configuration.resolve(world: world, seed: seed)
  }
}

extension ConfigurationOptions {
  /// Preset for the world, then files, then `--set`, then the options with names of their own.
  func resolve(world: String?, seed: Int?) throws -> RunConfiguration {
    let entry = try catalogEntry(world ?? "TakeCover")
    var overlay = try ConfigurationOverlay(
      Preset.named(preset ?? "quick").configuration(for: entry))
    for file in config {
      let text: String
      do {
        text = try String(contentsOfFile: file, encoding: .utf8)
      } catch {
        throw ExperimentError(
          .usage, place: "--config \(file)", cause: "the file cannot be read as text",
          remedy: "check the path and its permissions")
      }
      try overlay.apply(yaml: text, file: file)
    }
    for setting in settings { try overlay.apply(setting: setting) }
    if let seed { try overlay.apply(setting: "seed=\(seed)") }
    return try overlay.decode(RunConfiguration.self)
  }
}
