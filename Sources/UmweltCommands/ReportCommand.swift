import ArgumentParser
import Experiments
import Settings

/// Writes the report of a finished run anew.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of a finished run anew, with all studies that were made of it.",
    discussion: """
      RUN/report.html is one page that needs nothing beside itself. '\(ShellCommand.name) evaluate model RUN' adds what \
      the world model knows; --beside what other agents reach in the same world, such as those of \
      '\(ShellCommand.name) sweep agents'. What was named is kept in RUN/beside.json, and later reports show it too.
      """)

  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Folders of other runs and of sweeps of agents in the same world, to be shown beside it.",
      valueName: "other"), completion: .directory)
  var beside: [String] = []

  @OptionGroup var gymnasium: GymnasiumOptions

  func run() throws {
    let folder = runFolder(folder)
    try folder.renewReport(Toolkit.current, beside: beside.map { runFolder($0) })
    print("report: \(folder.url.relativePath)/report.html")
  }
}
