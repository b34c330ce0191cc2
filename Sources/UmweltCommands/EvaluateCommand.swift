import ArgumentParser
import Experiments
import Foundation
import LongWork
import Settings

/// Measures what a run has learned: its controller, or its world model.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract:
      "Measure what a run has learned: its controller (policy), or its world model (model).",
    subcommands: [EvaluatePolicyCommand.self, EvaluateModelCommand.self],
    defaultSubcommand: EvaluatePolicyCommand.self)
}

/// Repeats a run's comparison on any seeds.
struct EvaluatePolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Compare the trained controller of a run with the baselines on given seeds (default)."
  )

  @OptionGroup var options: EvaluateOptions

  func run() throws {
    let (finished, seeds) = try options.open()
    let report = try finished.evaluate(seeds: seeds, progress: ProgressReporter.standardError())
    options.show(json: report.json, lines: report.lines)
  }
}

/// Measures a run's world model.
struct EvaluateModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Measure the world model of a run on fresh episodes.",
    discussion: """
      Open-loop prediction, use of actions, probes of the world's facts, the end and the reward, and \
      calibration. Writes RUN/model.json and, in RUN/media, openloop.gif, openloop.png, action-use.png, \
      model-probes.png and calibration.png, and renews RUN/report.html.
      """)

  @OptionGroup var options: EvaluateOptions

  @Option(
    help: ArgumentHelp(
      "Episodes to play, from the run's first seed of evaluation on. Default: \(FinishedRun.modelEpisodes).",
      valueName: "N"))
  var episodes: Int?

  func run() throws {
    try check()
    let (finished, seeds) = try options.open()
    let report = try finished.evaluateModel(
      seeds: episodes.map { finished.configuration.evaluate.seeds($0) } ?? seeds,
      progress: ProgressReporter.standardError())
    options.show(json: report.json, lines: report.lines)
  }

  private func check() throws {
    guard let episodes else { return }
    guard options.seeds == nil else {
      throw ExperimentError(
        .usage, place: "--episodes \(episodes)", cause: "--seeds says it already",
        remedy: "leave one of them out")
    }
    guard (2...100_000).contains(episodes) else {
      throw ExperimentError(
        .usage, place: "--episodes \(episodes)", cause: "out of range", remedy: "give 2 to 100000")
    }
  }
}

/// What both evaluations are asked for.
struct EvaluateOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Seeds to play, counted from the run's first seed of evaluation: \(SeedList.grammar). "
        + "Default: those of the run.", valueName: "seeds"))
  var seeds: String?

  @Flag(help: "One JSON object, for programs.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  /// Reads the run and the seeds.
  func open() throws -> (run: FinishedRun, seeds: [UInt64]?) {
    try threads.apply()
    // What is wrong with the seeds is told before anything slow is read.
    _ = try named(from: 0)
    Interruption.catchSignals(saves: false)
    let run = try finishedRun(folder)
    return (run, try named(from: UInt64(run.configuration.evaluate.firstSeed)))
  }

  private func named(from start: UInt64) throws -> [UInt64]? {
    try seeds.map { try SeedList($0, .init(start: start, count: 2...1_000_000)).seeds }
  }

  /// Prints a report.
  func show(json document: @autoclosure () -> String, lines: @autoclosure () -> [String]) {
    if json {
      print(document(), terminator: "")
    } else {
      for line in lines() { print(line) }
    }
  }
}
