import EnvironmentKit
import Experiments
import Files
import Pictures
import Settings
import Threads

/// All benchmarks, in the order in which they run.
public struct BenchmarkSuite: Sendable {
  /// What can be measured.
  public let benchmarks: [Benchmark]

  /// Makes a suite of any benchmarks.
  public init(_ benchmarks: [Benchmark]) { self.benchmarks = benchmarks }

  /// Makes the suite of the program.
  ///
  /// - Parameter worlds: the catalogue; of each family the first world runs when no name is given.
  public init(worlds: [CatalogEntry]) {
    let models = [.matrixProduct] + Benchmark.vision + Benchmark.autoencoder + Benchmark.memory
    let played =
      Benchmark.rollouts(in: worlds.first { $0.observations.contains(.pixels64) })
      + Benchmark.worlds(worlds)
    benchmarks = models + [.largeData()] + Benchmark.ppo(in: worlds) + played
  }

  /// The benchmarks of some names, each once, in the suite's order.
  ///
  /// - Parameter names: each selects itself and all below its dot; none selects the usual ones.
  /// - Throws: for a name that selects nothing.
  public func selected(_ names: [String]) throws -> [Benchmark] {
    guard !names.isEmpty else { return benchmarks.filter(\.isDefault) }
    for name in names where !benchmarks.contains(where: { Self.selects(name, $0) }) {
      throw ExperimentError(
        .usage, place: "benchmark '\(name)'", cause: "there is no such benchmark",
        remedy: NearestName.hint(name, among: knownNames)
          + "; all are listed by: \(ShellCommand.text("bench", "--list"))")
    }
    return benchmarks.filter { benchmark in names.contains { Self.selects($0, benchmark) } }
  }

  private static func selects(_ name: String, _ benchmark: Benchmark) -> Bool {
    benchmark.name == name || benchmark.name.hasPrefix(name + ".")
  }

  /// Every name, and every one that stands above others.
  private var knownNames: [String] {
    var names: [String] = []
    for benchmark in benchmarks {
      let parts = benchmark.name.split(separator: ".")
      for count in 1...parts.count {
        let name = parts[..<count].joined(separator: ".")
        if names.last != name, !names.contains(name) { names.append(name) }
      }
    }
    return names
  }

  /// The lines of a table of names.
  public var listing: [String] {
    let rows = benchmarks.map { [$0.name, $0.unit, $0.summary] }
    return TextTable.lines(header: ["benchmark", "unit", "what is done"], rows: rows)
  }

  /// Measures one benchmark after another.
  ///
  /// - Parameters:
  ///   - names: see `selected`.
  ///   - effort: replaces every benchmark's own; nil leaves them.
  ///   - profile: takes, where given, where the time of each benchmark with matrix work goes.
  ///   - each: takes a result as soon as it is known.
  /// - Throws: for an unknown name, and where the work fails its check.
  public func run(
    _ names: [String], effort: BenchmarkEffort? = nil, progress: BenchmarkProgress,
    profile: ((BenchmarkProfile) -> Void)? = nil, each: (BenchmarkResult) -> Void
  ) throws {
    var peak: Double?
    for benchmark in try selected(names) {
      progress.begin(benchmark.name)
      let work = try benchmark.makeWork(progress)
      let measured = try BenchmarkMeasurement(work, effort ?? benchmark.effort, progress)
      // Before the peak of matrix products is measured, which takes memory of its own.
      let memory = work.peakMemoryBytes?()
      var share: Double?
      if let operations = work.operationsPerItem {
        let peakRate = try peak ?? MatrixPeak.measure(effort, progress)
        peak = peakRate
        share = measured.median * operations / peakRate
        try profile?(
          BenchmarkProfile(
            benchmark.name, work, steps: 10, peak: peakRate / Double(ThreadCount.current), progress)
        )
      }
      var result = BenchmarkResult(benchmark, measured, peakShare: share)
      result.peakMemoryBytes = memory
      each(result)
    }
  }
}

extension BenchmarkResult {
  package init(_ benchmark: Benchmark, _ measured: BenchmarkMeasurement, peakShare: Double?) {
    self.init(
      name: benchmark.name, unit: benchmark.unit, median: measured.median,
      min: measured.rates[0], max: measured.rates[measured.rates.count - 1],
      threads: ThreadCount.current, peakShare: peakShare,
      allocationsPerStep: measured.allocationsPerStep)
  }
}
