import ArgumentParser
import Controllers
import EnvironmentKit
import Experiments
import Files
import Foundation
import Settings
import Threads
import WorldModels

/// The program as a function: all commands, with the worlds it is given, and with the kinds of this
/// library and a user's own.
public enum UmweltProgram {
  /// Parses the command line, runs one command, and ends the process with its exit code.
  ///
  /// - Parameters:
  ///   - worlds: the worlds that all commands know by their ids, such as `Catalog.entries + [MyWorld.entry]`
  ///     with `import Environments`; of two with one id the later one counts.
  ///   - models: further kinds of world models, for `model.kind`.
  ///   - learners: further kinds of learners, for `learner.kind`.
  public static func main(
    worlds: [CatalogEntry], models: [any WorldModelSettings.Type] = [],
    learners: [any LearnerSettings.Type] = []
  ) {
    Toolkit.current = .standard(worlds: worlds, models: models, learners: learners)
    Umwelt.main()
  }
}

/// The root of all commands.
struct Umwelt: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ShellCommand.name,
    abstract:
      "World models on a laptop: worlds, an autoencoder that sees them, a controller that acts.",
    discussion: """
      Start with '\(ShellCommand.name) run', look at the report it names, then \
      '\(ShellCommand.name) watch RUN'.

      Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 130 stopped by Ctrl-C after saving.
      """,
    version: ProgramVersion.number,
    subcommands: [
      RunCommand.self, TrainCommand.self, SweepCommand.self, EvaluateCommand.self,
      WatchCommand.self,
      PlayCommand.self,
      ExploreCommand.self, DreamCommand.self, RolloutCommand.self,
      ReportCommand.self, EnvsCommand.self, CheckCommand.self, DescribeCommand.self,
      BenchCommand.self, CompareCommand.self, AnomalyCommand.self, SampleCommand.self,
      EmbedCommand.self, DoctorCommand.self, RunsCommand.self, CompareRunsCommand.self,
      BrowseCommand.self,
    ])

  /// Runs the command that the arguments name, and ends the process with its exit code.
  static func main() {
    StandardStream.prepare()
    prepareThreadForKernels()
    if let program = CommandLine.arguments.first { ShellCommand.program = program }
    do {
      let typed = CommandLineWords(Array(CommandLine.arguments.dropFirst()))
      try typed.checkCommand(of: Self.self)
      var command = try parseAsRoot(typed.words)
      try command.run()
      try checkResultsWerePrinted()
    } catch let error as ExperimentError {
      report(error)
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == .success { end(printing: text) }
      guard code == .validationFailure else {
        report(ExperimentError(place: "", cause: "\(error)", remedy: ""))
      }
      StandardStream.error.tell("error: \(text.dropping("Error: "))\n")
      Foundation.exit(2)
    }
  }

  /// Ends the program with help or the like.
  private static func end(printing text: String) -> Never {
    print(text)
    do {
      try checkResultsWerePrinted()
    } catch {
      report(ExperimentError(place: "", cause: "\(error)", remedy: ""))
    }
    Foundation.exit(0)
  }

  private static func report(_ error: ExperimentError) -> Never {
    let prefix = error.kind == .interrupted ? "" : "error: "
    StandardStream.error.tell("\(prefix)\(error)\n")
    switch error.kind {
    case .usage: Foundation.exit(2)
    case .failure: Foundation.exit(1)
    case .interrupted: Foundation.exit(130)
    }
  }
}

extension String {
  /// What follows a prefix; all of it where there is no such prefix.
  fileprivate func dropping(_ prefix: String) -> Substring {
    hasPrefix(prefix) ? dropFirst(prefix.count) : self[...]
  }
}
