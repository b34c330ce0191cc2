import ArgumentParser
import Experiments
import Foundation

/// Repeats a run's comparison on any seeds.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compare the trained controller of a run with the baselines on given seeds.")

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Seeds to play, both ends included, below 4294967296. Default: those of the run.",
      valueName: "A..B"))
  var seeds: String?

  @Flag(help: "One JSON object, for programs.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
    let range = try seeds.map(Self.range)
    Interruption.catchSignals()
    let finished = try FinishedRun(RunFolder(URL(fileURLWithPath: folder)))
    let report = try finished.evaluate(
      seeds: range, progress: ProgressReporter.standardError())
    if json {
      print(report.json, terminator: "")
    } else {
      for line in report.lines { print(line) }
    }
  }

  /// Reads `A..B`.
  private static func range(_ text: String) throws -> ClosedRange<UInt64> {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].isEmpty, let first = UInt64(parts[0]),
      let last = UInt64(parts[2]), first < last, last < 1 << 32, last - first < 1_000_000
    else {
      throw ExperimentError(
        .usage, place: "--seeds \(text)", cause: "not a range of seeds",
        remedy: "write A..B with A below B, B below 4294967296, at most 1000000 seeds: 5000..5199")
    }
    return first...last
  }
}
