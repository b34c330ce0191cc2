import ArgumentParser
import Controllers
import DataWorlds
import EnvironmentKit
import Environments
import Evaluation
import Experiments
import WorldChecking

/// Tries a world against the contract and measures its baselines.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that a world keeps the contract, and print what simple policies reach in it.")

  @Argument(help: "The world's id, or a .yaml file; 'umwelt envs' lists all ids.")
  var world: String

  @Option(help: "Levels of a .yaml file to make, to see whether goals are in reach.")
  var levels = 200

  @Option(help: "Seeds to play for the figures, 2 or more; 0 leaves them out.")
  var seeds = 500

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
    guard seeds == 0 || (2...1_000_000).contains(seeds) else {
      throw ExperimentError(
        .usage, place: "--seeds \(seeds)", cause: "out of range", remedy: "give 0 or 2 to 1000000")
    }
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
    for entry in entries { try check(entry) }
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
    let tests = findings.isEmpty ? "it holds no tests" : "\(findings.count) tests pass"
    print("\(file.path): \(tests), goals are in reach on \(levels) levels")
    return file.entries { $0 == file.ids.first ? file.path : "\(file.path):\($0)" }
  }

  private func check(_ entry: CatalogEntry) throws {
    var failed = 0
    for observation in entry.observations {
      print("\(entry.id), \(observation.rawValue)")
      for finding in entry.check(observation, with: ContractChecker()).findings {
        print("  \(finding.problem == nil ? "ok    " : "FAILED") \(finding.check)")
        if let problem = finding.problem {
          print("         \(problem)")
          failed += 1
        }
      }
    }
    if seeds > 1 { try printFigures(entry) }
    guard failed == 0 else {
      throw ExperimentError(
        place: entry.id, cause: "\(failed) checks of the contract failed",
        remedy: "mend the world in \(entry.file)")
    }
  }

  private func printFigures(_ entry: CatalogEntry) throws {
    print("figures over \(seeds) seeds (mean return ± standard error)")
    let figures = try BaselineFigures.measure(entry, seeds: 0..<UInt64(seeds))
    for line in figures.lines { print("  \(line)") }
  }
}
