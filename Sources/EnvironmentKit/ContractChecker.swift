/// One line of a contract report.
public struct ContractFinding: Hashable, Sendable {
  /// What was checked, as a sentence.
  public let check: String
  /// What is wrong, with the place; nil where the check passed.
  public let problem: String?
}

/// What the contract checker found.
public struct ContractReport: Hashable, Sendable {
  /// One finding a check, in the order of checking.
  public var findings: [ContractFinding] = []
  /// Whether every check passed.
  public var passed: Bool { findings.allSatisfy { $0.problem == nil } }
}

/// Tries a world against the contract and names what fails.
public struct ContractChecker: Sendable {
  /// Steps of random play a check takes.
  public var steps = 300

  /// Creates a checker.
  public init() {}

  /// Runs every check.
  public func check<W: World>(_ world: W) -> ContractReport {
    var report = ContractReport()
    report.findings.append(sameSeedSameEpisode(world))
    return report
  }

  private func sameSeedSameEpisode<W: World>(_ world: W) -> ContractFinding {
    var (first, second) = (world, world)
    first.reset(seed: 7)
    second.reset(seed: 7)
    return ContractFinding(
      check: "the same seed gives the same first observation",
      problem: bytes(first) == bytes(second) ? nil : "two resets with seed 7 differ")
  }

  private func bytes<W: World>(_ world: W) -> [UInt8] {
    let size = world.specification.observation.count
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      buffer.initialize(repeating: 0)
      var writer = ObservationWriter(buffer)
      world.observe(into: &writer)
      count = size
    }
  }
}
