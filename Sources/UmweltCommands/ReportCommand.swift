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
      the world model knows.
      """)

  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @OptionGroup var gymnasium: GymnasiumOptions

  func run() throws {
    let folder = runFolder(folder)
    try folder.renewReport(Toolkit.current)
    print("report: \(folder.url.relativePath)/report.html")
  }
}
