import Synchronization

/// Keeps the error of the lowest index that failed, so that the report does not depend on threads.
final class FirstError: Sendable {
  private let slot = Mutex<(index: Int, error: EnvironmentError)?>(nil)
  private let isKept = Atomic<Bool>(false)

  func report(_ error: EnvironmentError, _ index: Int) {
    isKept.store(true, ordering: .releasing)
    slot.withLock { kept in
      if kept.map({ index < $0.index }) ?? true { kept = (index, error) }
    }
  }

  /// The error that is kept, and keeps none from now on; asked for when all threads are done.
  func take() -> EnvironmentError? {
    guard isKept.exchange(false, ordering: .acquiring) else { return nil }
    return slot.withLock { kept in
      defer { kept = nil }
      return kept?.error
    }
  }
}
