import ArgumentParser
import EnvironmentKit
import Environments
import Experiments
import Files
import Foundation

/// Trains controllers in several ways on the world models of several seeds.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Compare ways of training a controller, over several seeds, with intervals.",
    subcommands: [SweepTemperatureCommand.self, SweepAgentsCommand.self])
}

/// The signature experiment of World Models.
struct SweepTemperatureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "temperature",
    abstract: "Train in dreams of several temperatures; dream return against real return.",
    discussion: """
      Writes temperature.json, temperature.png and temperature.txt into the sweep's folder. The same command \
      on the same folder goes on where it stopped.
      """)

  @OptionGroup var options: SweepOptions

  @Option(help: ArgumentHelp("Temperatures above 0, with commas.", valueName: "list"))
  var temperatures = "0.1,0.5,1.0,1.15,1.3"

  func run() throws {
    let values = temperatures.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0)
    }
    let known = values.compactMap { $0 }.filter { $0 > 0 && $0.isFinite }
    guard known.count == values.count, Set(known).count == known.count else {
      throw ExperimentError(
        .usage, place: "--temperatures \(temperatures)",
        cause: "not a list of different numbers above 0", remedy: "write it as 0.5,1.0,1.3")
    }
    try options.run(command: "sweep temperature") { _ in .temperature(known.sorted()) }
  }
}

/// What each part of the agent is worth.
struct SweepAgentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agents",
    abstract: "Train on [z, h], z alone, an untrained M, the facts; in the dream and in the world.",
    discussion: """
      Writes agents.json, agents.png and agents.txt into the sweep's folder, of the variants asked for; what \
      was trained before stays, and is not trained again.
      """)

  @OptionGroup var options: SweepOptions

  @Option(
    help: ArgumentHelp(
      "The ways to compare, with commas: \(names). Default: all that the world has.",
      valueName: "list"))
  var variants: String?

  private static var names: String {
    (try? catalogEntry(RunConfiguration().world)).map(Sweep.Kind.agentNames)?
      .joined(separator: ", ") ?? ""
  }

  func run() throws { try options.run(command: "sweep agents", chosen) }

  private func chosen(in world: CatalogEntry) throws -> Sweep.Kind {
    let known = Sweep.Kind.agentNames(of: world)
    let names = variants.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let chosen = names.map { $0.map(String.init) } ?? known
    guard Set(chosen).count == chosen.count else {
      throw ExperimentError(
        .usage, place: "--variants \(variants ?? "")", cause: "a variant is named twice",
        remedy: "name each once")
    }
    for name in chosen where !known.contains(name) {
      throw ExperimentError(
        .usage, place: "--variants \(variants ?? "")", cause: "there is no variant '\(name)'",
        remedy: NearestName.hint(name, among: known))
    }
    return .agents(chosen)
  }
}

/// What all sweeps are asked for.
struct SweepOptions: ParsableArguments {
  @Argument(help: "The world's id, or a .yaml file. Default: TakeCover.")
  var world: String?

  @OptionGroup var configuration: ConfigurationOptions

  @Option(
    help: ArgumentHelp(
      "Training seeds: N for 1 to N, A..B, or a list with commas.", valueName: "seeds"))
  var seeds = "5"

  @Option(help: "Episodes played with every controller, in its dream and in the world.")
  var episodes = 100

  @Option(
    name: .customLong("sweep-dir"),
    help: ArgumentHelp(
      "Folder of the sweep. Default: runs/sweep-<world>-<preset>.", valueName: "dir"))
  var folder: String?

  @OptionGroup var threads: ThreadOptions

  /// Runs a sweep of a kind that its world allows, and prints its table.
  func run(command: String, _ kind: (CatalogEntry) throws -> Sweep.Kind) throws {
    try threads.apply()
    guard (2...100_000).contains(episodes) else {
      throw ExperimentError(
        .usage, place: "--episodes \(episodes)", cause: "out of range", remedy: "give 2 to 100000")
    }
    let numbers = try seedNumbers()
    var resolved = try configuration.resolve(world: world, seed: numbers[0])
    resolved.dreamCapable()
    let entry = try catalogEntry(resolved.world)
    let kind = try kind(entry)
    let name = (resolved.world as NSString).lastPathComponent.replacingOccurrences(
      of: ":", with: "-")
    let url = URL(fileURLWithPath: folder ?? "runs/sweep-\(name)-\(resolved.preset)")
    Interruption.catchSignals()
    let sweep = Sweep(
      kind, configuration: resolved, entry: entry, seeds: numbers, episodes: episodes, folder: url,
      progress: .standardError(),
      command: "the same command with --sweep-dir \(url.path) (umwelt \(command))")
    printKept(try sweep.run())
  }

  /// Reads `N` for 1 to N, `A..B`, or a list.
  private func seedNumbers() throws -> [Int] {
    let ends = seeds.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    if ends.count == 3, let first = ends[0], let last = ends[2],
      seeds.contains("\(first)..\(last)"),
      0 <= first, first <= last, last - first < 1_000
    {
      return Array(first...last)
    }
    let parts = seeds.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let numbers = parts.compactMap { $0 }
    guard numbers.count == parts.count, let first = numbers.first, numbers.allSatisfy({ $0 >= 0 }),
      Set(numbers).count == numbers.count, parts.count > 1 || (1...1_000).contains(first)
    else {
      throw ExperimentError(
        .usage, place: "--seeds \(seeds)",
        cause: "neither a number of seeds, nor a range, nor a list of them",
        remedy: "write 5 for the seeds 1 to 5, 3..7, or 1,2,7")
    }
    return parts.count == 1 ? Array(1...first) : numbers
  }
}
