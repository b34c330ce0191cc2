import ArgumentParser
import Controllers
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
      SweepTemperatureCommand.self, SweepAgentsCommand.self, SweepExplorationCommand.self,
      SweepGridCommand.self, SweepRandomCommand.self,
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

  @OptionGroup var world: SweepWorldArgument

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
    try options.run(in: world.world) { _, _ in .temperature(known.sorted()) }
  }
}

/// What each part of the agent is worth.
struct SweepAgentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agents",
    abstract:
      "Train on [z, h], z alone, an untrained M, the facts, pixels; in the dream and in the world.",
    discussion: """
      Writes agents.json, agents.png, agents-curves.png and agents.txt into the sweep's folder: of the variants \
      asked for, and of all that were trained there before for all seeds, which are not trained again. The \
      ppo variants learn by proximal policy optimisation in the world, all in --steps real steps; frames that V \
      and M are trained on count among them.
      """)

  @OptionGroup var world: SweepWorldArgument

  @OptionGroup var options: SweepOptions

  @Option(
    help: ArgumentHelp(
      "The ways to compare, with commas: \(names). Default: all that the world has, the ppo ones with --steps only.",
      valueName: "list"))
  var variants: String?

  @Option(
    help: """
      Real steps of each ppo variant. Default: those of the folder, else learner.environmentSteps of PPO.
      """)
  var steps: Int?

  private static var names: String {
    (try? catalogEntry(RunConfiguration().world)).map(Sweep.Kind.agentNames)?
      .joined(separator: ", ") ?? ""
  }

  func run() throws { try options.run(in: world.world, chosen) }

  private func chosen(
    _ configuration: RunConfiguration, in world: CatalogEntry
  ) throws -> Sweep.Kind {
    let names =
      try variants == nil
      ? Sweep.Kind.usualAgentNames(of: world, withSteps: steps != nil)
      : chosenNames(
        variants, of: Sweep.Kind.agentNames(of: world), option: "--variants", what: "variant")
    if let steps, !names.contains(where: { Sweep.Kind.takesSteps(agent: $0, in: world) }) {
      throw ExperimentError(
        .usage, place: "--steps \(steps)", cause: "it is for the ppo variants, and none is named",
        remedy: "name one, such as ppo-z, or leave --steps out")
    }
    return .agents(names, steps: steps)
  }
}

/// Names of an option, with commas; all that are known where it was not given.
private func chosenNames(
  _ list: String?, of known: [String], option: String, what: String
) throws -> [String] {
  guard let list else { return known }
  let chosen = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  guard Set(chosen).count == chosen.count else {
    throw ExperimentError(
      .usage, place: "\(option) \(list)", cause: "a \(what) is named twice",
      remedy: "name each once")
  }
  for name in chosen where !known.contains(name) {
    throw ExperimentError(
      .usage, place: "\(option) \(list)", cause: "there is no \(what) '\(name)'",
      remedy: NearestName.hint(name, among: known))
  }
  return chosen
}

/// What bonuses for what is new are worth.
struct SweepExplorationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exploration",
    abstract: "Learn with bonuses for what is new and without, in one world or several.",
    discussion: """
      Writes exploration.json, exploration.png and exploration.txt for each world: returns of the trained \
      policies and how they rose. The preset is ppo where none is given; bonuses that ask a world model need \
      one that has it, such as ppo-latent. The same command on the same folder goes on where it stopped.
      """)

  @Argument(help: "The worlds' ids, or .yaml files. Default: TakeCover.", completion: .world)
  var worlds: [String] = []

  @Option(
    help: ArgumentHelp(
      "What to give bonuses for, with commas: "
        + "\(ExplorationKind.allCases.map(\.rawValue).joined(separator: ", ")). "
        + "Default: none and all that the run can tell.", valueName: "list"))
  var bonuses: String?

  @Option(help: "Steps in the world, over all environments: learner.environmentSteps.")
  var steps: Int?

  @OptionGroup var options: SweepOptions

  func run() throws {
    guard Set(worlds).count == worlds.count else {
      throw ExperimentError(
        .usage, place: worlds.joined(separator: " "), cause: "a world is named twice",
        remedy: "name each once")
    }
    let named: [String?] = worlds.isEmpty ? [nil] : worlds
    for (place, world) in named.enumerated() {
      if place > 0 { printKept([""]) }
      if let world, named.count > 1 { printKept([world + ":", ""]) }
      try options.run(
        in: world, preset: .ppo, subfolder: named.count > 1 ? world : nil,
        settings: steps.map { ["learner.environmentSteps=\($0)"] } ?? []
      ) { configuration, entry in
        let known = try Sweep.Kind.explorationNames(of: configuration, in: entry)
        let all = ExplorationKind.allCases.map(\.rawValue)
        return .exploration(
          try bonuses == nil
            ? known : chosenNames(bonuses, of: all, option: "--bonuses", what: "bonus"))
      }
    }
  }
}

/// The one world of a sweep.
struct SweepWorldArgument: ParsableArguments {
  @Argument(
    help: "The world's id, a .yaml file, or gym:ID. Default: TakeCover.", completion: .world)
  var world: String?
}

/// What all sweeps are asked for.
struct SweepOptions: ParsableArguments {
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

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var threads: ThreadOptions

  /// Runs a sweep of a kind that its world allows, and prints its table.
  ///
  /// - Parameters:
  ///   - world: its id or file; nil for the default.
  ///   - preset: where none was given; nil for the usual one, with a model that dreams.
  ///   - subfolder: of the sweep's folder, where there are several worlds.
  ///   - settings: laid over those that were given.
  func run(
    in world: String?, preset: Preset? = nil, subfolder: String? = nil, settings: [String] = [],
    _ kind: (RunConfiguration, CatalogEntry) throws -> Sweep.Kind
  ) throws {
    try threads.apply()
    guard (2...100_000).contains(episodes) else {
      throw ExperimentError(
        .usage, place: "--episodes \(episodes)", cause: "out of range", remedy: "give 2 to 100000")
    }
    let numbers = try SeedList(seeds, .init(start: 1, count: 1...1_000)).seeds.map { Int($0) }
    var asked = configuration
    if let preset, asked.preset == nil, asked.named("preset", in: try asked.files()) == nil {
      asked.preset = preset.rawValue
    }
    var resolved = try asked.resolve(world: world, seed: numbers[0], further: settings)
    if preset == nil { resolved.dreamCapable() }
    let entry = try resolved.entry(in: Toolkit.current.worlds)
    try resolved.check(in: entry, plays: true)
    let kind = try kind(resolved, entry)
    let name = RunFolder.nameInFolders(of: resolved.world)
    var url = URL(fileURLWithPath: folder ?? "runs/sweep-\(name)-\(resolved.preset)")
    if folder != nil, let subfolder {
      url.appendPathComponent(RunFolder.nameInFolders(of: subfolder))
    }
    Interruption.catchSignals()
    let sweep = Sweep(
      kind, configuration: resolved, entry: entry, seeds: numbers, episodes: episodes, folder: url,
      progress: .standardError(),
      command: ShellCommand.text(Array(CommandLine.arguments.dropFirst())))
    printKept(try sweep.run())
  }
}
