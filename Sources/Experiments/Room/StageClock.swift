import Files
import LongWork

/// How long each stage took in this process: for `timing` only, never for results.
final class StageClock {
  private(set) var seconds: [(stage: String, seconds: Double)] = []
  private let clock = ContinuousClock()
  private let start = ContinuousClock().now

  /// Runs a stage and adds its time to that of its name.
  func time<Result>(_ stage: String, _ work: () throws -> Result) rethrows -> Result {
    let begin = clock.now
    defer {
      let passed = (clock.now - begin) / .seconds(1)
      if let place = seconds.firstIndex(where: { $0.stage == stage }) {
        seconds[place].seconds += passed
      } else {
        seconds.append((stage, passed))
      }
    }
    return try work()
  }

  /// Seconds since this process began the run.
  var total: Double { (clock.now - start) / .seconds(1) }

  /// What `summary.json` says of times and memory.
  var timing: JSONValue {
    [
      "totalSeconds": .number(total),
      "stages": .object(seconds.map { .init($0.stage, .number($0.seconds)) }),
      "peakMemoryBytes": .integer(ProcessMemory.peakBytes),
    ]
  }
}
