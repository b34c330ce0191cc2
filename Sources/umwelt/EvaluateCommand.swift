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

  @Option(help: ArgumentHelp("Seeds to play, both ends included.", valueName: "A..B"))
  var seeds: SeedRange?

  @Flag(help: "One JSON object, for programs.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
    Interruption.catchSignals()
    let finished = try FinishedRun(RunFolder(URL(fileURLWithPath: folder)))
    let report = try finished.evaluate(
      seeds: seeds?.values, progress: ProgressReporter.standardError())
    if json {
      print(report.json, terminator: "")
    } else {
      for line in report.lines { print(line) }
    }
  }
}

/// Seeds from one number to another.
struct SeedRange: ExpressibleByArgument {
  let values: ClosedRange<UInt64>

  /// Reads `A..B`; nil where it is not two whole numbers in order.
  init?(argument: String) {
    let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].isEmpty, let first = UInt64(parts[0]),
      let last = UInt64(parts[2]), first <= last, last < 1 << 32, last - first < 1_000_000
    else { return nil }
    values = first...last
  }
}
