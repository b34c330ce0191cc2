import ArgumentParser
import Controllers
import EnvironmentKit
import Experiments

/// Tries a world against the contract and measures its baselines.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that a world keeps the contract, and print what simple policies reach in it.")

  @Argument(help: "The world's id; 'umwelt envs' lists all.")
  var world: String

  @Option(help: "Seeds to play for the figures, 2 or more; 0 leaves them out.")
  var seeds = 500

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
    guard seeds == 0 || (2...1_000_000).contains(seeds) else {
      throw ExperimentError(
        .usage, place: "--seeds \(seeds)", cause: "out of range", remedy: "give 0 or 2 to 1000000")
    }
    let entry = try catalogEntry(world)
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
