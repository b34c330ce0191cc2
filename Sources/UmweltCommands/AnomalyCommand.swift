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

  @OptionGroup var seen: SeenFramesOptions

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

  func run() throws {
    try seen.apply()
    guard alpha > 0, alpha < 1 else {
      throw ExperimentError(
        .usage, place: "--alpha \(alpha)", cause: "out of range",
        remedy: "give a share above 0 and below 1, such as 0.01")
    }
    let report = try seen.open().anomalies(
      frames: seen.frames, labels: seen.labels, abnormal: Set(abnormal), alpha: alpha,
      progress: ProgressReporter.standardError())
    if seen.json {
      print(report.json.document, terminator: "")
    } else {
      for line in report.lines { print(line) }
    }
  }
}
