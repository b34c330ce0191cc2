import ArgumentParser
import Experiments
import Files
import FinishedRuns
import Foundation
import Settings

/// Lists the runs of a folder.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List the runs in a folder: state, result, time, and the settings that were changed.",
    discussion: """
      Runs in folders of that folder, such as a sweep's, are listed too. The result is the trained policy's mean \
      return in the world with its 95 % interval, or of V alone the loss of reconstruction. On a terminal each run \
      takes a line as wide as that; in a file nothing is cut.
      """)

  @Argument(help: ArgumentHelp("The folder.", valueName: "dir"), completion: .directory)
  var folder = "runs"

  @Option(
    help: ArgumentHelp(
      "What they are sorted by: \(RunList.Order.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "key"),
    completion: .list(RunList.Order.allCases.map(\.rawValue)))
  var sort = RunList.Order.started.rawValue

  @Flag(help: "One JSON object, for programs.")
  var json = false

  func run() throws {
    guard let order = RunList.Order(rawValue: sort) else {
      throw ExperimentError(
        .usage, place: "--sort \(sort)", cause: "there is no such order",
        remedy: NearestName.hint(sort, among: RunList.Order.allCases.map(\.rawValue)))
    }
    let list = try RunList(in: URL(fileURLWithPath: folder), by: order, Toolkit.current)
    guard !json else { return print(list.json.document, terminator: "") }
    for line in list.lines(columns: StandardStream.output.columns) { print(line) }
  }
}
