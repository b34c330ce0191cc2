import ArgumentParser
import Experiments
import Files
import FinishedRuns
import Foundation
import LongWork
import Ranks
import Settings
import Threads

/// All combinations of some settings' values.
struct SweepGridCommand: ParsableCommand, RunsInRanks {
  static let configuration = CommandConfiguration(
    commandName: "grid",
    abstract: "Run all combinations of some settings' values, with several seeds each.",
    discussion: """
      A --set with commas names values to try: --set model.beta=1,2,4 --set model.latentSize=8,16 makes six \
      combinations. Each run is a process of its own with a folder of its own, which any command takes; one that \
      fails leaves the others alone, and its output stands in logs. The same command goes on where it stopped and \
      tries again what failed. In the end all runs are compared, as by '\(ShellCommand.name) compare-runs'.
      """)

  @OptionGroup var options: SettingSweepOptions

  func run() throws {
    try options.run(kind: "grid") { axes, seeds in try SettingGrid(all: axes, seeds: seeds) }
  }
}

/// Combinations drawn at random.
struct SweepRandomCommand: ParsableCommand, RunsInRanks {
  static let configuration = CommandConfiguration(
    commandName: "random",
    abstract: "Run combinations of settings drawn at random, with several seeds each.",
    discussion: """
      A --set with commas names values to draw from, one with two dots a range: --set model.beta=0.5..4, and \
      --set model.learningRate=log:0.0001..0.01 evenly in its logarithm. All else is as in \
      '\(ShellCommand.name) sweep grid'.
      """)

  @OptionGroup var options: SettingSweepOptions

  @Option(help: "Combinations to draw; a greater number draws the same ones first.")
  var count = 16

  @Option(
    name: .customLong("draw-seed"),
    help: ArgumentHelp("What the draws are made from.", valueName: "n"), transform: seedNumber)
  var root: UInt64 = 1

  func run() throws {
    try options.run(kind: "random") { axes, seeds in
      try SettingGrid(drawing: count, of: axes, root: root, seeds: seeds)
    }
  }
}

/// What sweeps over settings are asked for.
struct SettingSweepOptions: ParsableArguments {
  @Argument(help: worldHelp("Default: TakeCover."), completion: .world)
  var world: String?

  @OptionGroup var configuration: ConfigurationOptions

  @Option(
    help: ArgumentHelp("Training seeds, counted from 1: \(SeedList.grammar).", valueName: "seeds"))
  var seeds = "3"

  @Option(
    name: .customLong("frames"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Train V alone on these frames, as train vision takes them, in the place of a world.",
      valueName: "path"), completion: .file())
  var frames: [String] = []

  @Option(
    help: ArgumentHelp("Labels of these frames.", valueName: "path"), completion: .file())
  var labels: String?

  @Option(help: "Runs at a time; they share the threads.")
  var jobs = 1

  @Option(
    help: ArgumentHelp(
      "Run only that number of the list, from 1, as one task of a cluster's array.",
      valueName: "n"))
  var index: Int?

  @Flag(help: "Print the runs with their numbers and commands, and run none.")
  var list = false

  @Option(
    name: .customLong("sweep-dir"),
    help: ArgumentHelp(
      "Folder of the sweep. Default: runs/sweep-<grid or random>-<world>-<preset>.",
      valueName: "dir"),
    completion: .directory)
  var folder: String?

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var threads: ThreadOptions

  /// Runs a sweep, and prints what its runs came to.
  func run(kind: String, _ cells: ([SettingAxis], [Int]) throws -> SettingGrid) throws {
    try threads.apply()
    guard (1...256).contains(jobs) else {
      throw ExperimentError(
        .usage, place: "--jobs \(jobs)", cause: "out of range", remedy: "give 1 to 256")
    }
    guard world == nil || frames.isEmpty, labels == nil || !frames.isEmpty else {
      throw ExperimentError(
        .usage, place: labels == nil || world != nil ? "--frames" : "--labels",
        cause: "a sweep is of a world, or of frames with their labels",
        remedy: "give either a world, or --frames PATH")
    }
    let numbers = try SeedList(seeds, .init(start: 1, count: 1...1_000)).seeds.map { Int($0) }
    let grid = try cells(configuration.settings.map { try SettingAxis($0) }, numbers)
    try check(grid)
    let url = URL(fileURLWithPath: try folder ?? usualFolder(kind))
    let processes = CellProcesses(
      folder: url, jobs: jobs, arguments: { arguments($0, in: url) }, progress: Job.progress,
      ranks: Job.ranks)
    if list {
      if Job.ranks.isLeader { say(grid, in: url) }
      return
    }
    Interruption.catchSignals(speaks: Job.ranks.isLeader)
    if let index {
      guard !Job.ranks.isShared else {
        throw ExperimentError(
          .usage, place: "--index \(index)", cause: "ranks of a job share all runs of the sweep",
          remedy: "leave --index out, or mpirun")
      }
      return try runAlone(index, of: grid, processes)
    }
    let failures = try processes.run(grid.cells)
    guard Job.ranks.isLeader else { return }
    let done = grid.cells.filter { processes.isDone($0) }
    if !done.isEmpty {
      let comparison = try RunComparison(
        done.map { processes.runFolder($0).url }, curves: [], Toolkit.current)
      let files = try comparison.write(to: url)
      printKept(comparison.lines + ["", "report: \(files[2].relativePath)"])
    }
    guard let first = failures.first else { return }
    for failure in failures {
      StandardStream.error.tell(
        "\(failure.cell.name): \(failure.lastWords) (\(failure.log.relativePath))\n")
    }
    throw ExperimentError(
      place: url.relativePath, cause: "\(failures.count) of \(grid.cells.count) runs failed",
      remedy: "see \(first.log.relativePath); the same command tries them again")
  }

  private func runAlone(_ index: Int, of grid: SettingGrid, _ processes: CellProcesses) throws {
    guard (1...grid.cells.count).contains(index) else {
      throw ExperimentError(
        .usage, place: "--index \(index)", cause: "the sweep has \(grid.cells.count) runs",
        remedy: "give 1 to \(grid.cells.count); see them with --list")
    }
    let cell = grid.cells[index - 1]
    guard try processes.runAlone(cell) else {
      throw ExperimentError(
        place: cell.name, cause: "the run failed", remedy: "the same command tries it again")
    }
  }

  /// Refuses what no run of the sweep could begin with, before any begins.
  private func check(_ grid: SettingGrid) throws {
    guard frames.isEmpty else { return }
    for cell in grid.cells {
      var options = configuration
      options.settings = cell.settings
      let resolved = try options.resolve(world: world, seed: cell.seed)
      try resolved.check(in: resolved.entry(in: Toolkit.current.worlds))
    }
  }

  private func usualFolder(_ kind: String) throws -> String {
    let files = try configuration.files()
    let subject = frames.first ?? world ?? configuration.named("world", in: files) ?? "TakeCover"
    let preset = configuration.preset ?? configuration.named("preset", in: files) ?? "quick"
    return "runs/sweep-\(kind)-\(RunFolder.nameInFolders(of: subject))-\(preset)"
  }

  /// The command that trains a cell.
  private func arguments(_ cell: SettingGrid.Cell, in folder: URL) -> [String] {
    var words = frames.isEmpty ? ["run"] + (world.map { [$0] } ?? []) : ["train", "vision"]
    if !frames.isEmpty { words += ["--frames"] + frames }
    if let labels { words += ["--labels", labels] }
    if let preset = configuration.preset { words += ["--preset", preset] }
    for file in configuration.config { words += ["--config", file] }
    for setting in cell.settings { words += ["--set", setting] }
    let share = max(1, ThreadCount.current / (index == nil ? jobs : 1))
    return words + [
      "--seed", "\(cell.seed)", "--run-dir", folder.appendingPathComponent(cell.name).relativePath,
      "--threads", "\(share)",
    ]
  }

  private func say(_ grid: SettingGrid, in folder: URL) {
    for cell in grid.cells {
      print("\(cell.number)  \(ShellCommand.text(arguments(cell, in: folder)))")
    }
  }
}
