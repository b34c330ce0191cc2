import ArgumentParser
import Datasets
import Experiments
import Foundation
import LongWork
import Ranks
import Settings

/// Trains a part of a world model alone, on frames from anywhere.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a part of a world model alone: V, the autoencoder, on frames from anywhere.",
    subcommands: [TrainVisionCommand.self])
}

/// Trains V on frames.
struct TrainVisionCommand: ParsableCommand, RunsInRanks {
  static let configuration = CommandConfiguration(
    commandName: "vision",
    abstract: "Train an autoencoder on pictures, arrays, or the frames of a run or a world.",
    discussion: """
      PATH is the folder of a run or of a rollout; a file .npy or .npz of uint8, float32 or float64, \
      [frame, height, width] or [frame, height, width, channel], of several arrays as FILE.npz:NAME; an \
      idx file or idx.gz; a folder of PNG files; or a world, whose frames are then collected.

      --kind vectors takes arrays [example, number] of any numbers; --kind cells grids of symbols, \
      [example, height, width, code], or those of a world or run; --kind counts arrays of counts, or a folder \
      of text files, whose words are counted. They train fully connected layers under a likelihood of their kind; \
      --preset grid keeps what stands in each cell of a world, from its symbols or its picture.

      The run folder has checkpoints, learning curves and a report as that of '\(ShellCommand.name) run'. The same \
      command with the same --run-dir goes on where it stopped, and so does \
      '\(ShellCommand.name) train vision --run-dir DIR' alone. Ctrl-C saves first.
      """)

  @Option(
    name: .customLong("frames"), parsing: .upToNextOption,
    help: ArgumentHelp("Where the frames come from; several are joined.", valueName: "path"),
    completion: .file())
  var frames: [String] = []

  @Option(
    help: ArgumentHelp(
      "A .npy or idx file with a label, or a column per fact, for each frame.", valueName: "path"),
    completion: .file())
  var labels: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Labels whose frames are left out of training.", valueName: "label"))
  var without: [Int] = []

  @Option(
    help: ArgumentHelp(
      "Pixels of a side that all frames are brought to: 8 to 256.", valueName: "pixels"))
  var size: Int?

  @Option(
    help: ArgumentHelp(
      "What a frame is: \(FrameKind.allCases.map(\.rawValue).joined(separator: ", ")). Default: pictures.",
      valueName: "kind"),
    completion: .list(FrameKind.allCases.map(\.rawValue)))
  var kind: String?

  @OptionGroup var configuration: ConfigurationOptions

  @Option(help: "Gradient steps; the preset's where none are given.")
  var steps: Int?

  @OptionGroup var training: TrainingOptions

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
    let resolved = try resolve()
    Interruption.catchSignals(speaks: Job.ranks.isLeader)
    let progress = Job.progress
    let input = try FrameInput(
      resolved, folder: training.folder(), Toolkit.current, progress: progress)
    try training.train(resolved, command: "train vision") {
      try VisionExperiment(
        input, folder: $0, progress: progress, observer: $1, ranks: Job.ranks
      ).run()
    }
  }

  /// Whether nothing but the folder was named.
  private var goesOn: Bool {
    frames.isEmpty && configuration.preset == nil && configuration.config.isEmpty
  }

  private func resolve() throws -> RunConfiguration {
    if let folder = try training.folder(), goesOn, folder.holdsRun {
      return try laid(over: folder.configuration(Toolkit.current.kinds), isFresh: false)
    }
    return try laid(over: fresh(), isFresh: true)
  }

  /// The preset's values, for the world where frames are collected from one.
  private func fresh() throws -> RunConfiguration {
    let preset = try Preset.named(
      configuration.preset ?? configuration.named("preset", in: configuration.files()) ?? "quick")
    let path = frames.count == 1 ? frames[0] : ""
    let world = FrameInput.isFile(path) ? nil : try? Toolkit.current.worlds.find(path)
    let named = try kind ?? configuration.named("data.kind", in: configuration.files())
    // A name that is none is refused where settings are checked.
    guard preset.hasAutoencoder else {
      throw ExperimentError(
        .usage, place: "--preset \(preset.rawValue)", cause: "it has no autoencoder to train",
        remedy: "give one of "
          + Preset.allCases.filter(\.hasAutoencoder).map(\.rawValue).joined(separator: ", "))
    }
    return preset.configuration(
      forFramesOf: world, named.flatMap { FrameKind(rawValue: $0) })
  }

  /// Files and `--set`, then the options with names of their own.
  private func laid(over base: RunConfiguration, isFresh: Bool) throws -> RunConfiguration {
    var own: [String] = []
    if !frames.isEmpty { own.append("data.frames=\(Self.list(frames))") }
    if let labels { own.append("data.labels=\(labels)") }
    if !without.isEmpty { own.append("data.without=\(without)") }
    if let size { own.append("data.size=\(size)") }
    if let kind { own.append("data.kind=\(kind)") }
    if let steps { own.append("model.steps=\(steps)") }
    let result = try configuration.laid(
      over: base, files: configuration.files(), seed: training.seed, further: own)
    guard result.isOfFrames else {
      throw ExperimentError(
        .usage, place: isFresh ? "--frames" : training.runDirectory ?? "",
        cause: isFresh ? "there is nothing to learn from" : "this is a run in a world",
        remedy: isFresh
          ? "give files or folders of frames, or a world: --frames PATH"
          : "go on with: \(ShellCommand.text("run", "--run-dir", training.runDirectory ?? ""))")
    }
    return result
  }

  /// A list as `--set` takes it, each item in quotes.
  private static func list(_ items: [String]) -> String {
    let quoted = items.map { item in
      "\"" + item.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    return "[" + quoted.joined(separator: ", ") + "]"
  }
}
