import ArgumentParser
import Benchmarking
import EnvironmentKit
import Experiments
import Ranks
import Settings

/// Measures how fast things are.
struct BenchCommand: ParsableCommand, RunsInRanks {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast training, dreams and worlds are on this machine.",
    discussion: """
      Rates are medians of repetitions; 'of peak' is the share of the measured peak of matrix products. \
      Compare with PyTorch and JAX by 'make bench-peers'.

      What several processes gain over one is measured by 'mpirun -np N \(ShellCommand.name) bench ranks': in the \
      same job, one process while the others sleep, then all together.
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

  /// What is measured of several processes.
  private func measureRanks() throws {
    let all = RankBenchmark.all(in: Toolkit.current.worlds.entries)
    let chosen = all.filter { benchmark in
      names.isEmpty || names.contains { benchmark.name == $0 || benchmark.name.hasPrefix("\($0).") }
    }
    let ranks = Job.ranks
    guard ranks.isShared, !chosen.isEmpty, !profile else {
      throw ExperimentError(
        .usage, place: ShellCommand.text(["bench"] + names),
        cause: ranks.isShared
          ? "several processes measure these: \(all.map(\.name).joined(separator: ", "))"
          : "it takes several processes",
        remedy: "mpirun -np 2 " + ShellCommand.text("bench", "ranks"))
    }
    let progress = Job.progress
    var results: [RankBenchmark.Result] = []
    for benchmark in chosen {
      progress.say("\(benchmark.name): \(benchmark.summary)")
      results.append(try benchmark.measure(in: ranks))
      if json, ranks.isLeader, let last = results.last { print(last.json) }
    }
    guard ranks.isLeader, !json else { return }
    for line in RankBenchmark.Result.table(results) { print(line) }
  }

  func run() throws {
    try threads.apply()
    if !list, Job.ranks.isShared || names.contains(where: { $0.hasPrefix("ranks") }) {
      return try measureRanks()
    }
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
