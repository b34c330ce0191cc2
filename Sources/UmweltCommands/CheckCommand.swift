import ArgumentParser
import Controllers
import DataWorlds
import EnvironmentKit
import Evaluation
import Experiments
import Pictures
import Settings
import WorldChecking

/// Tries a world against the contract and measures its baselines.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that a world keeps the contract, and print what simple policies reach in it.",
    discussion: """
      One line an observation, and every check that fails; --verbose shows those that pass too.
      """)

  @Argument(help: worldHelp(), completion: .world)
  var world: String

  @Option(help: "Levels of a .yaml file to make, to see whether goals are in reach.")
  var levels = 200

  @Option(
    help: ArgumentHelp(
      "Seeds to play for the figures, counted from 0: \(SeedList.grammar). At least 2; 0 leaves the "
        + "figures out.", valueName: "seeds"))
  var seeds = "500"

  @Flag(help: "Show every check, those that pass too.")
  var verbose = false

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
    let played =
      seeds == "0" ? [] : try SeedList(seeds, .init(start: 0, count: 2...1_000_000)).seeds
    guard (1...1_000_000).contains(levels) else {
      throw ExperimentError(
        .usage, place: "--levels \(levels)", cause: "out of range", remedy: "give 1 to 1000000")
    }
    let entries: [CatalogEntry]
    if let file = WorldFile(world), file.variant == nil {
      entries = try checkFile(file)
    } else {
      entries = [try catalogEntry(world)]
    }
    for entry in entries { try check(entry, playing: played) }
  }

  /// Checks what a file says of itself, and that its goals are in reach.
  private func checkFile(_ name: WorldFile) throws -> [CatalogEntry] {
    let file = try naming { try name.load() }
    let findings = file.runTests()
    for finding in findings {
      print("\(finding.id), \(finding.test): \(finding.result)")
    }
    let problems = findings.compactMap(\.problem) + file.checkLevels(levels)
    guard problems.isEmpty else {
      return try naming {
        throw DataWorldError(operation: "check", place: file.path, problems: problems)
      }
    }
    let tests =
      findings.isEmpty
      ? "it holds no tests"
      : NumberStyle.count(findings.count, "tests") + (findings.count == 1 ? " passes" : " pass")
    print("\(file.path): \(tests), goals are in reach on \(levels) levels")
    return file.entries { $0 == file.ids.first ? file.path : "\(file.path):\($0)" }
  }

  private func check(_ entry: CatalogEntry, playing seeds: [UInt64]) throws {
    var failed = 0
    for observation in entry.observations {
      let findings = entry.check(observation, with: ContractChecker()).findings
      let failures = findings.count { $0.problem != nil }
      failed += failures
      print(
        "\(entry.id), \(observation.rawValue): "
          + (failures == 0
            ? "\(findings.count) checks pass"
            : "\(failures) of \(findings.count) checks FAILED"))
      for finding in findings where verbose || finding.problem != nil {
        print("  \(finding.problem == nil ? "ok    " : "FAILED") \(finding.check)")
        if let problem = finding.problem { print("         \(problem)") }
      }
    }
    if !seeds.isEmpty { try printFigures(entry, seeds) }
    guard failed == 0 else {
      throw ExperimentError(
        place: entry.id, cause: "\(failed) checks of the contract failed",
        remedy: "mend the world in \(entry.file)")
    }
  }

  private func printFigures(_ entry: CatalogEntry, _ seeds: [UInt64]) throws {
    print(
      "figures over \(NumberStyle.count(seeds.count)) seeds (mean return ± standard error)")
    let figures = try BaselineFigures.measure(entry, seeds: seeds)
    for line in figures.lines { print("  \(line)") }
  }
}
