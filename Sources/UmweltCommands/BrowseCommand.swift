import ArgumentParser
import Experiments
import FinishedRuns
import Foundation
import Settings

/// Looks through recorded episodes.
struct BrowseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "browse",
    abstract: "Look through recorded episodes: frames, actions, rewards and facts, step by step.",
    discussion: """
      PATH is the folder of a run or of a rollout. --where chooses episodes by return, steps, seed, terminated or \
      truncated, and marks moments by reward, action or a fact: --where 'return>100' --where 'action=left'. \
      Episodes without such a moment are left out.
      """)

  @Argument(help: ArgumentHelp("A run, or a rollout.", valueName: "path"), completion: .directory)
  var path: String

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "What episodes, or moments in them, are to be, such as 'return>100' or hasKey=1; may be repeated.",
      valueName: "condition"))
  var conditions: [String] = []

  @Flag(help: "Print a line per episode, and open no window.")
  var list = false

  @Flag(help: "One JSON object, for programs, and no window.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Save that episode of the data set as a GIF and a table, and open no window.",
      valueName: "n"))
  var export: Int?

  @OptionGroup var output: SceneOutput

  func run() throws {
    try output.check()
    guard [list, json, export != nil, output.isFile].filter(\.self).count <= 1 else {
      throw ExperimentError(
        .usage, place: "--list, --json, --export, --save",
        cause: "each says what comes out in the place of a window", remedy: "give one of them")
    }
    let episodes = try BrowsedEpisodes(path, where: conditions, Toolkit.current)
    let folder = savePlace
    if json { return print(episodes.json.document, terminator: "") }
    if list { return printKept(episodes.lines) }
    if let export { return print(try self.export(export, of: episodes, to: folder)) }
    try output.show(
      BrowseScene(episodes, saving: folder, isPlaying: output.isFile),
      command: ["browse", path], savePrefix: folder.appending(path: "browse").path)
  }

  private func export(_ number: Int, of episodes: BrowsedEpisodes, to folder: URL) throws -> String
  {
    guard let place = episodes.entries.firstIndex(where: { $0.number == number }) else {
      throw ExperimentError(
        .usage, place: "--export \(number)", cause: "no such episode is shown",
        remedy: "see the numbers with --list")
    }
    return try episodes.export(place, to: folder)
  }

  /// A run's `media`; of a rollout the folder itself.
  private var savePlace: URL {
    let run = RunFolder(URL(fileURLWithPath: path))
    return run.holdsRun ? run.media : run.url
  }
}
