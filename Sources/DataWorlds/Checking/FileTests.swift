import EnvironmentKit
import Randomness

/// What came out of one of a file's own tests.
public struct DataWorldFinding: Hashable, Sendable {
  /// The variant.
  public let id: String
  /// What was tried, in words.
  public let test: String
  /// What came out, in words.
  public let result: String
  /// What is wrong; nil where all is as the file says.
  public let problem: WorldProblem?
}

extension DataWorldFile {
  /// Runs the tests that the file holds: its replays, and random play.
  public func runTests() -> [DataWorldFinding] {
    programs.flatMap { program in
      program.parts.testing.replays.map { Self.run($0, program) }
        + program.parts.testing.randomPlays.map { Self.run($0, program) }
    }
  }

  private static func run(_ replay: CompiledTests.Replay, _ program: Program) -> DataWorldFinding {
    var world = DataWorld(program, TileSheets(program), observation: .symbols)
    world.reset(seed: replay.seed)
    var (total, taken) = (0.0, 0)
    var last = Step(reward: 0)
    for index in replay.actions where !last.ended {
      guard let action = DataAction(index: index) else { break }
      last = world.step(action)
      total += Double(last.reward)
      taken += 1
    }
    let outcome = world.state.outcome
    let words = "\(taken) actions from seed \(replay.seed)"
    var cause: String?
    if let fault = world.fault {
      cause = fault.cause
    } else if taken < replay.actions.count {
      cause = "the episode is over after \(taken) of \(replay.actions.count) actions"
    } else if abs(total - replay.expectedReturn) > 1e-4 {
      cause = "the replay's return is \(rounded(total)), not \(replay.expectedReturn)"
    } else if let wanted = replay.outcome, wanted != outcome {
      cause = "the replay ends in '\(outcome)', not in '\(wanted)'"
    }
    return DataWorldFinding(
      id: program.id, test: "replay", result: "\(words): return \(rounded(total)), \(outcome)",
      problem: cause.map {
        WorldProblem(
          line: replay.place.line, column: replay.place.column, cause: "\(program.id): \($0)",
          remedy: "mend the rules, or the test")
      })
  }

  /// The mean return of random play over the seeds from 0.
  private static func run(_ play: CompiledTests.RandomPlay, _ program: Program) -> DataWorldFinding
  {
    var world = DataWorld(program, TileSheets(program), observation: .symbols)
    var stream = RandomStream(root: 0, name: "test/random")
    var total = 0.0
    var fault: WorldFault?
    for seed in 0..<play.episodes where fault == nil {
      world.reset(seed: UInt64(seed))
      var last = Step(reward: 0)
      while !last.ended {
        let index = Int32(stream.integers(in: 0..<program.verbs.count))
        guard let action = DataAction(index: index) else { break }
        last = world.step(action)
        total += Double(last.reward)
      }
      fault = world.fault
    }
    let mean = total / Double(play.episodes)
    return DataWorldFinding(
      id: program.id, test: "random",
      result: "\(play.episodes) episodes: mean return \(rounded(mean))",
      problem: fault == nil && play.range.contains(mean)
        ? nil
        : WorldProblem(
          line: play.place.line, column: play.place.column,
          cause: "\(program.id): "
            + (fault?.cause ?? "random play returns \(rounded(mean)), outside of \(play.range)"),
          remedy: "mend the rules, or the interval"))
  }

  private static func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }
}
