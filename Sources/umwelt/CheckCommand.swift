import ArgumentParser
import EnvironmentKit
import Experiments
import Pictures

/// Tries a world against the contract and measures its baselines.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that a world keeps the contract, and print what simple policies reach in it.")

  @Argument(help: "The world's id; 'umwelt envs' lists all.")
  var world: String

  @Option(help: "Seeds to play for the figures; 0 leaves them out.")
  var seeds = 500

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
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
    if seeds > 0 { try printFigures(entry) }
    guard failed == 0 else {
      throw ExperimentError(
        place: entry.id, cause: "\(failed) checks of the contract failed",
        remedy: "mend the world in \(entry.file)")
    }
  }

  private func printFigures(_ entry: CatalogEntry) throws {
    print("figures over \(seeds) seeds (mean return ± standard error)")
    let figures = try BaselineFigures.measure(entry, seeds: 0..<UInt64(seeds))
    let all: [BaselineFigure?] = [
      figures.random, figures.stay, figures.blind.first, figures.rule,
    ]
    for figure in all.compactMap({ $0 }) {
      let ratio = NumberText.fixed(figure.mean / figures.random.mean, 2)
      print(
        "  \(figure.name): \(NumberText.fixed(figure.mean, 2))"
          + " ± \(NumberText.fixed(figure.standardError, 2)) (\(ratio) × random)")
    }
  }
}
