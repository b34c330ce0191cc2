import ArgumentParser
import DataWorlds
import EnvironmentKit
import Experiments
import Files
import FinishedRuns
import Foundation
import LongWork
import Settings
import Threads

/// Which configuration a command works with.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: "Preset to start from: \(Preset.names.joined(separator: ", ")). Default: quick.",
    completion: .preset)
  var preset: String?

  @Option(
    help: ArgumentHelp("YAML file laid over the preset; may be repeated.", valueName: "file"),
    completion: .file(extensions: ["yaml"]))
  var config: [String] = []

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "One setting, such as model.latentSize=16; may be repeated.", valueName: "key=value"))
  var settings: [String] = []

  /// Whether nothing was said.
  var isEmpty: Bool { preset == nil && config.isEmpty && settings.isEmpty }
}

/// How fast a command works; never what comes out.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads to use; results do not depend on it. Default: all processors.")
  var threads: Int?

  /// Puts the number of threads into effect.
  func apply() throws {
    guard let threads else { return }
    guard (1...1024).contains(threads) else {
      throw ExperimentError(
        .usage, place: "--threads \(threads)", cause: "out of range", remedy: "give 1 to 1024")
    }
    ThreadCount.current = threads
  }
}

/// Which frames the autoencoder of a run is to look at.
struct SeenFramesOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(
    name: .customLong("frames"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Frames to look at, as train vision takes them. Default: those that the run held out; of anomaly those that it left out too; of sample all of the run.",
      valueName: "path"), completion: .file())
  var frames: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file with a label, or a column per fact, for each of these frames.", valueName: "path"),
    completion: .file())
  var labels: String?

  @Flag(help: "One JSON object, for programs.")
  var json = false

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var threads: ThreadOptions

  /// Puts the number of threads into effect, and says what does not go together.
  func apply() throws {
    try threads.apply()
    guard labels == nil || !frames.isEmpty else {
      throw ExperimentError(
        .usage, place: "--labels", cause: "it says what is known of frames that are not named",
        remedy: "name them with --frames PATH")
    }
  }

  /// The run's autoencoder.
  func open() throws -> FinishedVision {
    Interruption.catchSignals(saves: false)
    return try finishedVision(runFolder(folder))
  }
}

/// The autoencoder of a run; says where its training was stopped.
func finishedVision(_ folder: RunFolder) throws -> FinishedVision {
  let vision = try FinishedVision(folder, Toolkit.current)
  if let note = vision.unfinishedNote { ProgressReporter.standardError().say(note) }
  return vision
}

/// What a command's argument for a world means.
func worldHelp(_ more: String = "") -> ArgumentHelp {
  let lists = "'\(ShellCommand.name) envs' lists all ids."
  let words = ["The world's id, a .yaml file, or gym:ID;", lists, more].filter { !$0.isEmpty }
  return ArgumentHelp(stringLiteral: words.joined(separator: " "))
}

/// The world of an id or of a file, or an error naming the nearest id or the file's mistakes.
func catalogEntry(_ id: String) throws -> CatalogEntry { try Toolkit.current.worlds.find(id) }

/// The run of a folder.
///
/// - Parameter tellsChange: whether a world's file that has changed since is told.
func finishedRun(_ folder: String, tellsChange: Bool = true) throws -> FinishedRun {
  try FinishedRun(runFolder(folder), Toolkit.current, tellsChange: tellsChange)
}

/// The folder of a run, as it was named.
func runFolder(_ folder: String) -> RunFolder { RunFolder(URL(fileURLWithPath: folder)) }

/// Turns the mistakes of a world's file into an error of the program: a line each, all at once; likewise what keeps
/// an environment of Gymnasium's from being a world.
func naming<Result>(_ work: () throws -> Result) throws -> Result {
  do {
    return try work()
  } catch let error as DataWorldError {
    if error.problems.count == 1 {
      let problem = error.problems[0]
      throw ExperimentError(
        .usage, place: problem.place(in: error.place), cause: problem.cause,
        remedy: problem.remedy)
    }
    StandardStream.error.tell(error.description + "\n")
    throw ExperimentError(
      .usage, place: error.place, cause: error.cause, remedy: error.remedy)
  } catch let error as EnvironmentError {
    throw ExperimentError(
      .usage, place: error.place, cause: error.cause, remedy: error.remedy)
  }
}
