import ArgumentParser
import Experiments
import Files
import FinishedRuns
import Foundation
import LongWork
import Settings

/// Says what is wrong with a run's autoencoder, and what cures it.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Say what is wrong with the autoencoder of a run, by which numbers, and what cures it.",
    discussion: """
      Looks for unstable training, latents that say nothing (posterior collapse), reconstructions that leave \
      out what latents could keep (over-regularised), draws from the prior that are like no frame or leave \
      states out (prior hole, mode collapse), frames learned by heart (overfit), and facts that no linear \
      controller can read. Writes RUN/doctor.json and RUN/media/doctor.png.

      --fix starts a run of the same settings but for the cures, in a folder of its own (--run-dir).
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Flag(help: "Start a run with the cures.")
  var fix = false

  @Flag(help: "One JSON object, for programs.")
  var json = false

  @OptionGroup var training: TrainingOptions

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
    try check()
    Interruption.catchSignals(saves: fix)
    let progress = ProgressReporter.standardError()
    let vision = try finishedVision(runFolder(folder))
    let report = try vision.doctor(progress: progress)
    if json {
      print(report.json.document, terminator: "")
    } else {
      for line in report.lines { print(line) }
    }
    guard fix else { return }
    guard let cured = try vision.cured(of: report) else {
      StandardStream.error.tell("there is nothing to fix by a setting\n")
      return
    }
    let changes = report.settings.map { "--set \($0)" }.joined(separator: " ")
    StandardStream.error.tell("a run with the cure: \(changes)\n")
    try start(cured, vision, progress)
  }

  private func check() throws {
    guard !fix else { return }
    for (isSet, option) in [
      (training.seed != nil, "--seed"), (training.runDirectory != nil, "--run-dir"),
      (training.window, "--window"),
    ] where isSet {
      throw ExperimentError(
        .usage, place: option, cause: "it is for the run that --fix starts", remedy: "add --fix")
    }
  }

  private func start(
    _ cured: RunConfiguration, _ vision: FinishedVision, _ progress: ProgressReporter
  ) throws {
    var configuration = cured
    if let seed = training.seed { configuration.seed = seed }
    let chosen = configuration
    if vision.isOfFrames {
      let input = try FrameInput(
        chosen, folder: training.folder(), Toolkit.current, progress: progress)
      try training.train(chosen, command: "train vision") {
        try VisionExperiment(input, folder: $0, progress: progress, observer: $1).run()
      }
    } else {
      let entry = try runFolder(folder).entry(of: chosen, in: Toolkit.current.worlds)
      try chosen.check(in: entry)
      try training.train(chosen, command: "run") {
        try Experiment(chosen, entry: entry, folder: $0, progress: progress, observer: $1).run()
      }
    }
  }
}
