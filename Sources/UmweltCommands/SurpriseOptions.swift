import ArgumentParser
import Evaluation
import Experiments
import FinishedRuns
import LongWork
import Settings

/// Which frames are called abnormal, and which steps a scene marks as unusual.
struct SurpriseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The share of normal frames, or steps, that may be called abnormal, above 0 and below 1.",
      valueName: "a"))
  var alpha = 0.01

  /// Asks whether the option makes sense, before anything slow is done.
  func check() throws {
    guard alpha > 0, alpha < 1 else {
      throw ExperimentError(
        .usage, place: "--alpha \(alpha)", cause: "out of range",
        remedy: "give a share above 0 and below 1, such as 0.01")
    }
  }

  /// What tells how surprised the memory of a run is; nil where the run has none.
  func gauge(_ run: FinishedRun) throws -> SurpriseGauge? {
    try FinishedVision.surpriseGauge(
      run, Toolkit.current, alpha: alpha, progress: .standardError())
  }
}
