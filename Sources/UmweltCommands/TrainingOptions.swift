import ArgumentParser
import Experiments
import Foundation
import Settings

/// Options of the commands that train: which seed, where to, and whether anybody looks on.
struct TrainingOptions: ParsableArguments {
  @Option(help: "Root seed of every random number.")
  var seed: Int?

  @Option(
    name: .customLong("run-dir"),
    help: ArgumentHelp(
      "Folder of the run; goes on where one of the same configuration stopped.", valueName: "dir"),
    completion: .directory)
  var runDirectory: String?

  @Flag(help: "Show the training in a window.")
  var window = false

  /// The folder that is named; nil for a fresh one.
  func folder() throws -> RunFolder? {
    guard runDirectory != "" else {
      throw ExperimentError(
        .usage, place: "--run-dir", cause: "the name is empty", remedy: "give a folder's path")
    }
    return runDirectory.map { RunFolder(URL(fileURLWithPath: $0)) }
  }

  /// Runs an experiment in the folder that is named, or in a fresh one, which goes again where nothing
  /// came into it.
  ///
  /// - Parameters:
  ///   - command: what was typed after the program's name.
  ///   - experiment: runs in a folder, before somebody who looks on; gives its results as lines of text.
  func train(
    _ configuration: RunConfiguration, command: String,
    experiment: @escaping @Sendable (RunFolder, (any RunObserver)?) throws -> [String]
  ) throws {
    let named = try folder()
    let folder = try named ?? RunFolder.fresh(for: configuration, at: Date())
    do {
      try TrainingSession(
        configuration: configuration, folder: folder, command: command, showsWindow: window
      ) { try experiment(folder, $0) }
      .run()
    } catch {
      if named == nil { folder.removeWhereEmpty() }
      throw error
    }
  }
}
