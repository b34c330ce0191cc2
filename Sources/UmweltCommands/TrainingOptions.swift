import ArgumentParser
import Experiments
import Foundation
import Ranks
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
    guard !window || !Job.ranks.isShared else {
      throw ExperimentError(
        .usage, place: "--window",
        cause: "there are \(Job.ranks.count) processes, and no one place to show it",
        remedy: "leave --window out: pictures appear in the run folder's media")
    }
    let named = try folder()
    let folder = try named ?? fresh(configuration)
    do {
      try TrainingSession(
        configuration: configuration, folder: folder, command: command, showsWindow: window
      ) { try experiment(folder, $0) }
      .run()
    } catch {
      if named == nil, Job.ranks.isLeader { folder.removeWhereEmpty() }
      throw error
    }
  }

  /// A folder that the leader makes, in every process.
  private func fresh(_ configuration: RunConfiguration) throws -> RunFolder {
    let ranks = Job.ranks
    let made = try ranks.leaderAlone { try RunFolder.fresh(for: configuration, at: Date()) }
    let path = ranks.share(Array((made?.url.relativePath ?? "").utf8))
    return made ?? RunFolder(URL(fileURLWithPath: String(decoding: path, as: UTF8.self)))
  }
}
