import ArgumentParser
import Experiments
import FinishedRuns
import LongWork
import Settings

/// Finds frames that are unlike those that an autoencoder learned from.
struct AnomalyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anomaly",
    abstract: "Find frames that are unlike those that the autoencoder of a run learned from.",
    discussion: """
      Scores every frame in several ways and says which score to trust, by frames that it makes abnormal \
      itself. Thresholds keep the share of false alarms at --alpha, by normal frames that were held out. \
      Writes RUN/anomaly.json, RUN/anomaly.npy (a row per frame, a column per score, in the order of the \
      table) and RUN/media/anomaly.png.
      """)

  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(
    name: .customLong("frames"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Frames to look at, as train vision takes them. Default: those that the run held out or left out.",
      valueName: "path"), completion: .file())
  var frames: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file with a label, or a column per fact, for each of these frames.", valueName: "path"),
    completion: .file())
  var labels: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Labels, or values of the first fact, of frames that are known to be abnormal: the scores are judged by them.",
      valueName: "label"))
  var abnormal: [Float] = []

  @Option(
    help: ArgumentHelp(
      "The share of normal frames that may be called abnormal, above 0 and below 1.", valueName: "a"
    ))
  var alpha = 0.01

  @Flag(help: "One JSON object, for programs.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
    guard alpha > 0, alpha < 1 else {
      throw ExperimentError(
        .usage, place: "--alpha \(alpha)", cause: "out of range",
        remedy: "give a share above 0 and below 1, such as 0.01")
    }
    guard labels == nil || !frames.isEmpty else {
      throw ExperimentError(
        .usage, place: "--labels", cause: "it says what is known of frames that are not named",
        remedy: "name them with --frames PATH")
    }
    Interruption.catchSignals(saves: false)
    let report = try FinishedVision(runFolder(folder), Toolkit.current).anomalies(
      frames: frames, labels: labels, abnormal: Set(abnormal), alpha: alpha,
      progress: ProgressReporter.standardError())
    if json {
      print(report.json.document, terminator: "")
    } else {
      for line in report.lines { print(line) }
    }
  }
}
