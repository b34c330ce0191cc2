import Synchronization

/// Where the time of a computation goes, operation by operation; off unless someone records.
public enum EngineProfile {
  /// What all calls of one operation took.
  public struct Entry: Sendable, Hashable {
    /// The operation and its sizes, such as `convolution 31×31×32→64 k4, forward`.
    public let operation: String
    /// How often it was called.
    public var calls = 0
    /// Seconds in it, on all threads together.
    public var seconds = 0.0
    /// Multiplications and additions of its matrix work, counted as a plain algorithm does them; 0
    /// where it is none.
    public var matrixOperations = 0.0
  }

  private static let isOn = Atomic<Bool>(false)
  private static let entries = Mutex<[Entry]>([])

  /// Runs `body` and says where its time went, the dearest operation first.
  ///
  /// One recording at a time; what other threads compute meanwhile is counted too.
  public static func recording(_ body: () throws -> Void) rethrows -> [Entry] {
    entries.withLock { $0 = [] }
    isOn.store(true, ordering: .relaxed)
    defer { isOn.store(false, ordering: .relaxed) }
    try body()
    return entries.withLock {
      $0.sorted { ($1.seconds, $0.operation) < ($0.seconds, $1.operation) }
    }
  }

  /// Runs an operation, and counts it where someone records.
  static func measure<Result, Failure: Error>(
    _ operation: @autoclosure () -> String, matrixOperations: @autoclosure () -> Int = 0,
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard isOn.load(ordering: .relaxed) else { return try body() }
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    let seconds = (clock.now - start) / .seconds(1)
    let (name, count) = (operation(), Double(matrixOperations()))
    entries.withLock { entries in
      let known = entries.firstIndex { $0.operation == name }
      if known == nil { entries.append(Entry(operation: name)) }
      let index = known ?? entries.count - 1
      entries[index].calls += 1
      entries[index].seconds += seconds
      entries[index].matrixOperations += count
    }
    return result
  }
}
