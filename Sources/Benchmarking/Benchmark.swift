/// One thing whose speed is measured: a name, and how to make ready for it.
public struct Benchmark: Sendable {
  /// The name, its parts divided by dots: `vision.encode.16`.
  public let name: String
  /// What is counted, a second: `frames/s`.
  public let unit: String
  /// What is done, in one sentence.
  public let summary: String
  /// Whether it runs when no name is given.
  public let isDefault: Bool
  /// How often and how long it is measured.
  public let effort: BenchmarkEffort
  private let prepare: @Sendable (BenchmarkProgress) throws -> BenchmarkWork

  /// Describes a benchmark.
  ///
  /// - Parameter prepare: makes what is measured, and checks it where there is something to check.
  public init(
    _ name: String, unit: String, summary: String, isDefault: Bool = true,
    effort: BenchmarkEffort = BenchmarkEffort(),
    prepare: @escaping @Sendable (BenchmarkProgress) throws -> BenchmarkWork
  ) {
    self.name = name
    self.unit = unit
    self.summary = summary
    self.isDefault = isDefault
    self.effort = effort
    self.prepare = prepare
  }

  /// Makes what is measured.
  ///
  /// - Throws: where the work cannot be made, or does not give what it must.
  public func makeWork(_ progress: BenchmarkProgress) throws -> BenchmarkWork {
    try prepare(progress)
  }
}

/// What a benchmark measures, made ready.
public struct BenchmarkWork {
  /// Useful operations of matrix products an item, multiplications and additions counted apart; nil
  /// where such products are no measure of the work.
  public let operationsPerItem: Double?
  /// The most bytes of memory that the process had since the work was made ready; nil where that is not
  /// what is measured.
  public let peakMemoryBytes: (() -> Int)?
  /// Does the work once; returns how many items that were.
  public let step: () throws -> Double

  /// Describes ready work.
  public init(
    operationsPerItem: Double? = nil, peakMemoryBytes: (() -> Int)? = nil,
    step: @escaping () throws -> Double
  ) {
    self.operationsPerItem = operationsPerItem
    self.peakMemoryBytes = peakMemoryBytes
    self.step = step
  }
}

/// How often and how long a benchmark is measured.
public struct BenchmarkEffort: Hashable, Sendable {
  /// Repetitions, of which the median counts, 1 or more.
  public var repetitions = 11
  /// Least length of all repetitions together, in seconds.
  public var leastSeconds = 1.5
  /// Steps before the clock starts, 1 or more.
  public var warmUpSteps = 3
  /// Least length of the warm-up, in seconds.
  public var warmUpSeconds = 0.3

  /// The defaults.
  public init() {}

  /// Fewer and shorter repetitions, where there are many benchmarks of a kind.
  public static var brief: BenchmarkEffort {
    var effort = BenchmarkEffort()
    (effort.repetitions, effort.leastSeconds, effort.warmUpSeconds) = (5, 0.3, 0.05)
    return effort
  }

  /// Long enough to see that something runs, too short to say how fast.
  public static var trial: BenchmarkEffort {
    var effort = BenchmarkEffort()
    (effort.repetitions, effort.leastSeconds, effort.warmUpSeconds) = (3, 0, 0)
    return effort
  }
}
