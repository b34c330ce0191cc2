import ArgumentParser
import Experiments
import Files
import FinishedRuns
import Foundation
import Settings

/// Puts runs of several settings side by side.
struct CompareRunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare-runs",
    abstract: "Put runs side by side: results and learning curves, with intervals over seeds.",
    discussion: """
      Runs that differ in nothing but their seed are a group. Of each group: the mean result and the mean of \
      the middle half (IQM) with 95 % intervals, how often a run of it is better than one of the first group, \
      and the curves. Writes compare-runs.json, .png and .html.
      """)

  @Argument(
    help: ArgumentHelp("Folders of runs, or folders that hold runs.", valueName: "path"),
    completion: .directory)
  var paths: [String]

  @Option(
    name: .customLong("curve"),
    help: ArgumentHelp(
      "A number of metrics.jsonl to draw, as vision/kl; as often as wanted. Default: returns, losses.",
      valueName: "name"))
  var curves: [String] = []

  @Option(
    help: ArgumentHelp("Folder for the files.", valueName: "dir"), completion: .directory)
  var save = "runs/comparison"

  @Flag(help: "One JSON object, for programs.")
  var json = false

  func run() throws {
    let comparison = try RunComparison(
      paths.map { URL(fileURLWithPath: $0) }, curves: curves, Toolkit.current)
    let files = try comparison.write(to: URL(fileURLWithPath: save))
    guard !json else { return print(comparison.json.document, terminator: "") }
    printKept(comparison.lines + ["", "report: \(files[2].relativePath)"])
  }
}
