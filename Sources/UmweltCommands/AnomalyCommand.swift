import ArgumentParser
import Evaluation
import Experiments
import Files
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

  @OptionGroup var surprise: SurpriseOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Make something go wrong in fresh episodes of the run's world and say which score finds it: \(Fault.allCases.map(\.rawValue).joined(separator: ", ")), or all.",
      valueName: "fault"), completion: .list(Fault.allCases.map(\.rawValue) + ["all"]))
  var inject: [String] = []

  @Option(
    help: ArgumentHelp(
      "Normal frames beside those that --inject makes. Default: \(FinishedVision.faultNormals).",
      valueName: "N"))
  var normal: Int?

  func run() throws {
    try seen.apply()
    try surprise.check()
    guard inject.isEmpty else { return try injectFaults() }
    if let normal {
      throw ExperimentError(
        .usage, place: "--normal \(normal)", cause: "it belongs to --inject",
        remedy: "leave it out, or say what is to go wrong: --inject all")
    }
    let report = try seen.open().anomalies(
      frames: seen.frames, labels: seen.labels, abnormal: Set(abnormal), alpha: surprise.alpha,
      progress: ProgressReporter.standardError())
    if seen.json {
      print(report.json.document, terminator: "")
    } else {
      for line in report.lines { print(line) }
    }
  }

  private func injectFaults() throws {
    guard seen.frames.isEmpty, abnormal.isEmpty else {
      throw ExperimentError(
        .usage, place: "--inject", cause: "it plays episodes of its own and knows what goes wrong",
        remedy: "leave out --frames, --labels and --abnormal")
    }
    let normal = normal ?? FinishedVision.faultNormals
    guard (100...1_000_000).contains(normal) else {
      throw ExperimentError(
        .usage, place: "--normal \(normal)", cause: "out of range", remedy: "give 100 to 1000000")
    }
    let report = try seen.open().faults(
      faults(), normal: normal, alpha: surprise.alpha, progress: ProgressReporter.standardError())
    if seen.json {
      print(report.json.document, terminator: "")
    } else {
      for line in report.lines { print(line) }
    }
  }

  private func faults() throws -> [Fault] {
    if inject == ["all"] { return Fault.allCases }
    return try inject.map { name in
      guard let fault = Fault(rawValue: name) else {
        throw ExperimentError(
          .usage, place: "--inject \(name)", cause: "there is no such fault",
          remedy: NearestName.hint(name, among: Fault.allCases.map(\.rawValue) + ["all"]))
      }
      return fault
    }
  }
}
