import ArgumentParser
import Experiments
import FinishedRuns
import Foundation
import LongWork
import Pictures
import Settings

/// Measures what a run has learned: its controller, its world model, or its autoencoder.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract:
      "Measure what a run has learned: its controller (policy), its world model (model), or its autoencoder (vision).",
    subcommands: [
      EvaluatePolicyCommand.self, EvaluateModelCommand.self, EvaluateVisionCommand.self,
    ],
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
      model-probes.png and calibration.png, and renews RUN/report.html. A run of recorded episodes is measured on \
      those that it held out.
      """)

  @OptionGroup var options: EvaluateOptions

  @Option(
    help: ArgumentHelp(
      "Episodes to play, from the run's first seed of evaluation on; of a run without a world, of those held out. Default: \(FinishedRun.modelEpisodes).",
      valueName: "N"))
  var episodes: Int?

  func run() throws {
    try check()
    let (finished, seeds) = try options.open()
    let report = try finished.evaluateModel(
      seeds: seeds, count: episodes,
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

/// Measures a run's autoencoder.
struct EvaluateVisionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vision",
    abstract: "Measure the autoencoder of a run on frames that it has not learned from.",
    discussion: """
      Bounds of log p, likeness, what latents carry, disentanglement and probes of facts, and how far \
      decoded draws from the prior lie where frames lie. Writes RUN/vision.json and, in RUN/media, \
      vision-bound.png, vision-latents.png, vision-frames.png and vision-samples.png, and renews \
      RUN/report.html.
      """)

  @OptionGroup var seen: SeenFramesOptions

  @Option(
    help: ArgumentHelp("Latents a frame of the tightest bound: 1 to 100000.", valueName: "K"))
  var samples = 100

  func run() throws {
    try seen.apply()
    guard (1...100_000).contains(samples) else {
      throw ExperimentError(
        .usage, place: "--samples \(samples)", cause: "out of range", remedy: "give 1 to 100000")
    }
    let table = try seen.open().evaluate(
      frames: seen.frames, labels: seen.labels, samples: samples,
      progress: ProgressReporter.standardError())
    if seen.json {
      print(table.json.document, terminator: "")
    } else {
      for line in table.lines { print(line) }
    }
  }
}

/// What both evaluations of play are asked for.
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

  @OptionGroup var gymnasium: GymnasiumOptions

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
