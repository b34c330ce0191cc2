/// How long each stage took in this process: for `timing` only, never for results.
final class StageClock {
  private(set) var seconds: [(stage: String, seconds: Double)] = []
  private let clock = ContinuousClock()
  private let start = ContinuousClock().now

  /// Runs a stage and keeps its time.
  func time<Result>(_ stage: String, _ work: () throws -> Result) rethrows -> Result {
    let begin = clock.now
    defer { seconds.append((stage, Self.seconds(clock.now - begin))) }
    return try work()
  }

  /// Seconds since this process began the run.
  var total: Double { Self.seconds(clock.now - start) }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
