import Controllers
import EnvironmentKit
import Experiments
import Files
import Pictures
import Randomness
import Ranks
import Settings
import WorldModels

/// What several processes gain over one, measured in the same job: one alone, while the others sleep; then all at
/// once, each with work of its own, which is what the machine gives at best; then all together.
public struct RankBenchmark: Sendable {
  /// The name, its parts divided by dots: `ranks.evolution`.
  public let name: String
  /// What is counted, a second.
  public let unit: String
  /// What is done, in one sentence.
  public let summary: String
  private let comparesWithOne: Bool
  private let prepare: @Sendable (any Communicator) throws -> () throws -> Double

  /// Describes a measurement.
  ///
  /// - Parameters:
  ///   - comparesWithOne: whether one process by itself has anything to do.
  ///   - prepare: makes the work, of one process or of several, that does a fixed amount each time and says how much.
  init(
    _ name: String, unit: String, summary: String, comparesWithOne: Bool = true,
    prepare: @escaping @Sendable (any Communicator) throws -> () throws -> Double
  ) {
    (self.name, self.unit, self.summary, self.prepare) = (name, unit, summary, prepare)
    self.comparesWithOne = comparesWithOne
  }

  /// What came of it.
  public struct Result: Sendable {
    /// Which was measured, and in what unit.
    public let name: String, unit: String
    /// Processes.
    public let ranks: Int
    /// A second: of one process while the others slept; of all, each with work of its own; of all together: medians of
    /// the rounds.
    public let alone: Double, apart: Double, together: Double

    /// How many times as fast all are as one.
    public var speedUp: Double { together / alone }
    /// The same for each of them; 1 is what cannot be bettered.
    public var efficiency: Double { speedUp / Double(ranks) }
    /// The share of what processes reach that have nothing to do with each other: processors that share memory or a
    /// core are slower side by side.
    public var shareOfApart: Double { together / apart }

    /// One JSON object on one line.
    public var json: String {
      let value: JSONValue = [
        "name": .string(name), "unit": .string(unit), "ranks": .integer(ranks),
        "alone": number(alone), "apart": number(apart), "together": .number(together),
        "speedUp": number(speedUp), "efficiency": number(efficiency),
        "shareOfApart": number(shareOfApart),
      ]
      return value.line
    }

    private func number(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }

    /// The lines of a table of results.
    public static func table(_ results: [Result]) -> [String] {
      TextTable.lines(
        header: [
          "benchmark", "one process", "all, apart", "all, together", "unit", "speed-up",
          "efficiency",
          "of apart",
        ],
        rows: results.map {
          [
            $0.name, BenchmarkResult.number($0.alone), BenchmarkResult.number($0.apart),
            BenchmarkResult.number($0.together), $0.unit, ratio($0.speedUp), ratio($0.efficiency),
            ratio($0.shareOfApart),
          ]
        }, rightAligned: [1, 2, 3, 5, 6, 7])
    }

    private static func ratio(_ value: Double) -> String {
      value.isFinite ? NumberText.fixed(value, 2) : "–"
    }
  }

  /// Measures, in turn, one process and all.
  ///
  /// - Parameters:
  ///   - ranks: the processes; all call.
  ///   - rounds: of each, 1 or more.
  ///   - least: seconds of one measurement.
  /// - Returns: the result, by the leader's clock.
  public func measure(
    in ranks: any Communicator, rounds: Int = 3, least: Double = 2
  ) throws -> Result {
    let together = try prepare(ranks)
    _ = try together()
    var (single, own, all): ([Double], [Double], [Double]) = ([], [], [])
    if comparesWithOne {
      let alone = try prepare(SoleProcess())
      _ = try alone()
      let times = try agreed(ranks, least / Self.seconds { _ = try alone() })
      for _ in 0..<rounds {
        single.append(try ranks.leaderAlone { try Self.rate(times, alone) } ?? 0)
        own.append(ranks.gather(of: [try Self.rate(times, alone)]).joined().reduce(0, +))
        all.append(try Self.rate(times, together))
      }
    } else {
      let times = try agreed(ranks, least / Self.seconds { _ = try together() })
      for _ in 0..<rounds { all.append(try Self.rate(times, together)) }
    }
    return Result(
      name: name, unit: unit, ranks: ranks.count, alone: Self.median(single),
      apart: Self.median(own), together: Self.median(all))
  }

  /// How often the leader's clock says that work is to be done.
  private func agreed(_ ranks: any Communicator, _ times: Double) throws -> Int {
    let own = Int(max(1, min(1e6, times.rounded(.up))))
    return ranks.gather(of: [own])[0][0]
  }

  private static func median(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.sorted()[values.count / 2]
  }

  private static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    return (ContinuousClock.now - start) / .seconds(1)
  }

  private static func rate(_ times: Int, _ work: () throws -> Double) rethrows -> Double {
    var items = 0.0
    let time = try seconds { for _ in 0..<times { items += try work() } }
    return items / time
  }
}

extension RankBenchmark {
  /// All of them.
  ///
  /// - Parameter worlds: the catalogue.
  public static func all(in worlds: [CatalogEntry]) -> [RankBenchmark] {
    func world(_ id: String) -> CatalogEntry? { worlds.first { $0.id == id } }
    return [
      world("TakeCover").map { evolution(in: $0) }, vision, memory,
      world("MiniGrid-DoorKey-5x5-v0").map { ppo("ranks.ppo", in: $0, .ppo, "symbols") },
      world("TakeCover").map { ppo("ranks.ppoPixels", in: $0, .ppoPixels, "pictures") },
      exchange("ranks.message", bytes: 8), exchange("ranks.megabyte", bytes: 1 << 20),
    ].compactMap { $0 }
  }

  /// A generation of a quarter of World Models' episodes, cut short, in a world seen through its V.
  private static func evolution(in entry: CatalogEntry) -> RankBenchmark {
    let (episodes, most) = (4, 40)
    return RankBenchmark(
      "ranks.evolution", unit: "steps/s",
      summary:
        "generations of CMA-ES, \(ControllerConfiguration().populationSize) candidates by \(episodes) episodes of at most \(most) "
        + "steps, on latents of \(entry.id)"
    ) { ranks in
      var stream = RandomStream(root: GoldenLoss.seed, name: "vision/weights")
      let vision = Vision(VisionConfiguration(), stream: &stream)
      let latents = try LatentEnvironments(
        entry.batch(.pixels64, count: 64), through: AutoencoderModel(FrozenVision(vision)))
      var settings = ControllerConfiguration()
      (settings.hiddenUnits, settings.maximumSteps) = (0, most)
      (settings.episodesPerCandidate, settings.generations) = (episodes, 10_000_000)
      settings.evaluationInterval = 10_000_000
      let runner = EpisodeRunner<Float>(latents)
      runner.ranks = ranks
      var trainer = ControllerTrainer(
        settings,
        shape: try ControllerShape(
          settings, observation: latents.observationSpace, actions: latents.actionSpace),
        rootSeed: GoldenLoss.seed)
      return { Double(try trainer.trainGeneration(on: runner).steps) }
    }
  }

  private static var vision: RankBenchmark {
    RankBenchmark(
      "ranks.vision", unit: "frames/s",
      summary: "training steps of World Models' V, batches of \(VisionConfiguration().batchSize)"
    ) { ranks in
      let trainer = VisionTrainer(VisionConfiguration(), seed: GoldenLoss.seed)
      trainer.ranks = ranks
      let count = trainer.configuration.batchSize
      let frames = BenchmarkFrames.make(count: count, seed: GoldenLoss.seed)
      return {
        _ = frames.withUnsafeBufferPointer { trainer.step($0, count: count) }
        return Double(count)
      }
    }
  }

  private static var memory: RankBenchmark {
    RankBenchmark(
      "ranks.memory", unit: "steps/s", summary: "training steps of World Models' M"
    ) { ranks in
      let configuration = MemoryConfiguration()
      let trainer = MemoryTrainer(configuration, seed: GoldenLoss.seed)
      trainer.ranks = ranks
      let (count, length) = (configuration.batchSize, configuration.sequenceLength)
      let sequences = BenchmarkSequences(
        count: count, length: length, latentSize: configuration.latentSize,
        actions: configuration.actionSize, seed: GoldenLoss.seed)
      return {
        _ = sequences.withBatch(count: count, length: length) { trainer.step($0) }
        return Double(count * length)
      }
    }
  }

  private static func ppo(
    _ name: String, in entry: CatalogEntry, _ preset: Preset, _ seen: String
  ) -> RankBenchmark {
    RankBenchmark(
      name, unit: "steps/s", summary: "PPO in \(entry.id) from \(seen): act, step, learn"
    ) { ranks in
      let learning = try PlainLearning(
        preset, in: entry, rootSeed: GoldenLoss.seed, sharedBy: ranks
      ) { settings in
        (settings.annealsLearningRate, settings.environmentSteps) = (false, 1_000_000_000)
        (settings.epochs, settings.exploration.kind) = (PPOSettings().epochs, .none)
      }
      return { Double(try learning.improve()) }
    }
  }

  /// What it costs to tell each other something.
  private static func exchange(_ name: String, bytes: Int) -> RankBenchmark {
    RankBenchmark(
      name, unit: "exchanges/s", summary: "every process tells all others \(bytes) bytes",
      comparesWithOne: false
    ) { ranks in
      let told = [UInt8](repeating: 1, count: bytes)
      return {
        for _ in 0..<100 { _ = ranks.gather(told) }
        return 100
      }
    }
  }
}
