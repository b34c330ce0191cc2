import ArgumentParser
import Controllers
import EnvironmentKit
import Experiments
import Files
import Foundation
import Ranks
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
  ///   - ranks: the processes that run it together.
  public static func main(
    worlds: [CatalogEntry], models: [any WorldModelSettings.Type] = [],
    learners: [any LearnerSettings.Type] = [], ranks: any Communicator = SoleProcess()
  ) {
    Job.begin(ranks)
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
      try checkRanks(command)
      try command.run()
      try checkResultsWerePrinted()
      Job.ranks.end()
    } catch let error as ExperimentError {
      report(error)
    } catch is LeaderStopped {
      // The leader stops for a Ctrl-C, and takes leave with the others; or it fails, and ends them.
      Job.endTogether(0)
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == .success { end(printing: text) }
      guard code == .validationFailure else {
        report(ExperimentError(place: "", cause: "\(error)", remedy: ""))
      }
      Job.end(2, saying: "error: \(text.dropping("Error: "))\n")
    }
  }

  /// Refuses a command that several processes would only do several times, and several that know nothing of each other.
  private static func checkRanks(_ command: any ParsableCommand) throws {
    let launched =
      ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].lazy
      .compactMap { ProcessInfo.processInfo.environment[$0].flatMap(Int.init) }.first ?? 1
    guard Job.ranks.isShared || launched == 1 else {
      throw ExperimentError(
        .usage, place: "mpirun",
        cause: "it started \(launched) processes of a program that was built without MPI",
        remedy: "build it with: make build MPI=1 (or: swift build -c release --traits MPI)")
    }
    let isHelp = CommandLine.arguments.contains { ["-h", "--help", "help"].contains($0) }
    guard !Job.ranks.isShared || isHelp || command is any RunsInRanks else {
      throw ExperimentError(
        .usage, place: "mpirun", cause: "this command is work for one process",
        remedy:
          "give it without mpirun; run, train vision, sweep grid, sweep random and bench ranks share their work"
      )
    }
  }

  /// Ends the program with help or the like.
  private static func end(printing text: String) -> Never {
    if Job.ranks.isLeader { print(text) }
    do {
      try checkResultsWerePrinted()
    } catch {
      report(ExperimentError(place: "", cause: "\(error)", remedy: ""))
    }
    Job.endTogether(0)
  }

  private static func report(_ error: ExperimentError) -> Never {
    let prefix = error.kind == .interrupted ? "" : "error: "
    let text = "\(prefix)\(error)\n"
    switch error.kind {
    case .usage: Job.end(2, saying: text)
    case .failure: Job.end(1, saying: text)
    case .interrupted: Job.endTogether(130, saying: text)
    }
  }
}

extension String {
  /// What follows a prefix; all of it where there is no such prefix.
  fileprivate func dropping(_ prefix: String) -> Substring {
    hasPrefix(prefix) ? dropFirst(prefix.count) : self[...]
  }
}
