import EnvironmentKit

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
///
/// Later checks build on earlier ones: what cannot be judged because of an earlier failure is left
/// out of the report.
///
/// - SeeAlso: Gymnasium's `check_env`, whose checks that apply to values are all here.
public struct ContractChecker: Sendable {
  /// Steps of random play that a check takes.
  public var steps = 300
  /// The seed of the random play; worlds are seeded with it and the numbers after it.
  public var seed: UInt64 = 7

  /// Creates a checker.
  public init() {}

  /// Runs every check on a world, alone and lifted into batches.
  public func check<W: World>(_ world: W) -> ContractReport {
    check(world) { WorldBatch(world, count: $0, autoreset: $1) }
  }

  /// Runs every check on a world and on the batches that a closure makes of it.
  package func check<W: World>(
    _ world: W, makeBatch: (Int, AutoresetMode) -> any EnvironmentBatch<UInt8>
  ) -> ContractReport {
    var report = ContractReport()
    for check in Check.allCases where isJudged(check, report) {
      report.findings.append(
        ContractFinding(
          check: check.rawValue, problem: problem(check, world, makeBatch: makeBatch)))
    }
    return report
  }

  private func isJudged(_ check: Check, _ report: ContractReport) -> Bool {
    let failed = Set(report.findings.filter { $0.problem != nil }.map(\.check))
    return check.needs.allSatisfy { !failed.contains($0.rawValue) }
  }

  private func problem<W: World>(
    _ check: Check, _ world: W, makeBatch: (Int, AutoresetMode) -> any EnvironmentBatch<UInt8>
  ) -> String? {
    switch check {
    case .specification: specificationProblem(world)
    case .actions: actionProblem(world)
    case .observation: observationProblem(world)
    case .rewards: rewardProblem(world)
    case .ends: endProblem(world)
    case .facts: factProblem(world)
    case .drawing: drawingProblem(world)
    case .sameSeed: sameSeedProblem(world)
    case .otherSeed: otherSeedProblem(world)
    case .unseededReset: unseededResetProblem(world)
    case .snapshot: snapshotProblem(world)
    case .drawingAside: drawingAsideProblem(world)
    case .allocation: allocationProblem(world)
    case .batch: batchProblem(world, makeBatch)
    case .branch: branchProblem(world, makeBatch)
    case .autoreset: autoresetProblem(world, makeBatch)
    }
  }

  /// The checks in their order.
  private enum Check: String, CaseIterable {
    case specification = "the specification's names are unique and its numbers possible"
    case actions = "every action of the space can be taken, and no other"
    case observation = "every byte of the observation is written, and none beyond"
    case rewards = "rewards are finite and within the stated range"
    case ends = "episodes end at or before the stated number of steps, none is cut off after one"
    case facts = "every fact is written, finite or NaN, and known at some time"
    case drawing = "drawing fills a canvas of any size, and nothing beyond"
    case sameSeed = "the same seed gives the same episodes, resets without a seed included"
    case otherSeed = "another seed gives another episode where the world is random"
    case unseededReset = "a reset without a seed goes on to another episode where seeds matter"
    case snapshot = "a copy is a snapshot: it goes on as the original does"
    case drawingAside = "drawing and observing leave the episode as it is"
    case allocation = "step, observe and facts allocate nothing"
    case batch = "in a batch as alone, whatever the neighbours and the threads"
    case branch = "a batch's snapshot goes on in another slot as in its own"
    case autoreset = "a batch starts ended episodes anew as its mode says"

    /// What must hold for this check to mean anything.
    var needs: [Check] {
      switch self {
      case .specification, .actions: []
      case .observation, .rewards, .ends, .facts, .drawing: [.specification, .actions]
      case .sameSeed: [.specification, .actions, .observation, .facts]
      case .otherSeed, .unseededReset, .snapshot: Self.sameSeed.needs + [.sameSeed]
      case .drawingAside: Self.sameSeed.needs + [.sameSeed, .drawing]
      case .allocation: Self.sameSeed.needs
      case .batch, .branch, .autoreset:
        Self.allCases.prefix { $0 != .batch }.filter { $0 != .allocation }
      }
    }
  }
}
