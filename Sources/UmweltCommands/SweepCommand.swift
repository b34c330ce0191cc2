import ArgumentParser
import EnvironmentKit
import Experiments
import Files
import Foundation
import LongWork
import Settings

/// Compares settings, or ways of training a controller on the world models of several seeds.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract:
      "Compare settings, or ways of training a controller, over several seeds, with intervals.",
    subcommands: [
      SweepTemperatureCommand.self, SweepAgentsCommand.self, SweepGridCommand.self,
      SweepRandomCommand.self,
    ])
}

/// The signature experiment of World Models.
struct SweepTemperatureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "temperature",
    abstract: "Train in dreams of several temperatures; dream return against real return.",
    discussion: """
      Writes temperature.json, temperature.png and temperature.txt into the sweep's folder: of all \
      temperatures that were trained there for all seeds. The same command on the same folder goes on \
      where it stopped.
      """)

  @OptionGroup var options: SweepOptions

  @Option(help: ArgumentHelp("Temperatures above 0, with commas.", valueName: "list"))
  var temperatures = "0.1,0.5,1.0,1.15,1.3"

  func run() throws {
    let values = temperatures.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0)
    }
    let known = values.compactMap { $0 }.filter { Float($0) > 0 && Float($0).isFinite }
    guard known.count == values.count, Set(known).count == known.count else {
      throw ExperimentError(
        .usage, place: "--temperatures \(temperatures)",
        cause: "not a list of different numbers above 0", remedy: "write it as 0.5,1.0,1.3")
    }
    try options.run { _ in .temperature(known.sorted()) }
  }
}

/// What each part of the agent is worth.
struct SweepAgentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agents",
    abstract: "Train on [z, h], z alone, an untrained M, the facts; in the dream and in the world.",
    discussion: """
      Writes agents.json, agents.png and agents.txt into the sweep's folder: of the variants asked for, \
      and of all that were trained there before for all seeds, which are not trained again.
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

  func run() throws { try options.run(chosen) }

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
  @Argument(
    help: "The world's id, or a .yaml file. Default: TakeCover.", completion: .world)
  var world: String?

  @OptionGroup var configuration: ConfigurationOptions

  @Option(
    help: ArgumentHelp(
      "Training seeds, counted from 1: \(SeedList.grammar).", valueName: "seeds"))
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
  func run(_ kind: (CatalogEntry) throws -> Sweep.Kind) throws {
    try threads.apply()
    guard (2...100_000).contains(episodes) else {
      throw ExperimentError(
        .usage, place: "--episodes \(episodes)", cause: "out of range", remedy: "give 2 to 100000")
    }
    let numbers = try SeedList(seeds, .init(start: 1, count: 1...1_000)).seeds.map { Int($0) }
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
      command: ShellCommand.text(Array(CommandLine.arguments.dropFirst())))
    printKept(try sweep.run())
  }
}
