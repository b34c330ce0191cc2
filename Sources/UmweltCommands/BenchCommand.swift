import ArgumentParser
import Benchmarking
import EnvironmentKit
import Experiments
import Settings

/// Measures how fast things are.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast training, dreams and worlds are on this machine.",
    discussion: """
      Rates are medians of repetitions; 'of peak' is the share of the measured peak of matrix products. \
      Compare with PyTorch and JAX by 'make bench-peers'.
      """)

  @Argument(
    help: ArgumentHelp(
      "What to measure: a name selects itself and all below its dot. Default: all but most worlds.",
      valueName: "name"))
  var names: [String] = []

  @Flag(help: "One JSON object a line, for programs.")
  var json = false

  @Flag(help: "Also show where the time goes, operation by operation.")
  var profile = false

  @Flag(help: "List all names instead.")
  var list = false

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var threads: ThreadOptions

  /// Worlds that are not of the catalogue and are named: `world.gym:CartPole-v1`, also with a kind of observation.
  private func namedWorlds() throws -> [CatalogEntry] {
    var ids: [String] = []
    for name in names where name.hasPrefix("world." + WorldSource.gymnasiumPrefix) {
      var parts = name.dropFirst("world.".count).split(separator: ".").map(String.init)
      if parts.count > 1, ObservationKind(rawValue: parts[parts.count - 1]) != nil {
        parts.removeLast()
      }
      let id = parts.joined(separator: ".")
      if !ids.contains(id) { ids.append(id) }
    }
    return try ids.map { try catalogEntry($0) }
  }

  func run() throws {
    try threads.apply()
    let suite = BenchmarkSuite(worlds: Toolkit.current.worlds.entries + (try namedWorlds()))
    guard !list else {
      let selected = try BenchmarkSuite(names.isEmpty ? suite.benchmarks : suite.selected(names))
      for line in selected.listing { print(line) }
      return
    }
    guard !(json && profile) else {
      throw ValidationError("--profile prints tables; leave --json out")
    }
    var (results, profiles): ([BenchmarkResult], [BenchmarkProfile]) = ([], [])
    try suite.run(
      names, progress: .standardError(), profile: profile ? { profiles.append($0) } : nil
    ) { result in
      if json { print(result.json) }
      results.append(result)
    }
    guard !json else { return }
    for line in BenchmarkResult.table(results) { print(line) }
    for profile in profiles { print((["", ""] + profile.lines).joined(separator: "\n")) }
  }
}
