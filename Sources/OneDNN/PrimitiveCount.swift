import Synchronization

/// How many primitives of oneDNN this process has made, over all threads.
///
/// Making one costs milliseconds, so that a steady training step or rollout makes none: they are kept
/// by shape. Benchmarks and tests compare the count before and after.
public enum PrimitiveCount {
  private static let count = Atomic<Int>(0)

  /// Primitives made since the process started, those given up since among them.
  public static var created: Int { count.load(ordering: .relaxed) }

  static func add() { count.add(1, ordering: .relaxed) }
}
