import Files

/// Says what a long measurement is about, so that nobody waits in silence.
public final class BenchmarkProgress {
  private let write: (String) -> Void
  private let clock = ContinuousClock()
  private var lastLine: ContinuousClock.Instant
  private var doing = ""

  /// Least time between two lines on the same work.
  private static let silence = Duration.seconds(5)

  /// Creates a reporter.
  ///
  /// - Parameter write: takes one line without its end.
  public init(_ write: @escaping (String) -> Void) {
    self.write = write
    lastLine = clock.now
  }

  /// Reports to standard error.
  public static func standardError() -> BenchmarkProgress {
    BenchmarkProgress { StandardStream.error.tell("\($0)\n") }
  }

  /// Reports to nobody.
  public static var silent: BenchmarkProgress { BenchmarkProgress { _ in } }

  /// Says what is done from now on.
  public func begin(_ work: String) {
    doing = work
    write(work)
    lastLine = clock.now
  }

  /// Says that it still goes on, where nothing was said for some seconds.
  public func beat(_ detail: @autoclosure () -> String) {
    guard clock.now - lastLine >= Self.silence else { return }
    write("\(doing): \(detail())")
    lastLine = clock.now
  }
}
