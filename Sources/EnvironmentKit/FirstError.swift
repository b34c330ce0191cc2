import Synchronization

/// Keeps the error of the lowest index that failed, so that the report does not depend on threads.
final class FirstError: Sendable {
  private let slot = Mutex<(index: Int, error: EnvironmentError)?>(nil)

  func report(_ error: EnvironmentError, _ index: Int) {
    slot.withLock { kept in
      if kept.map({ index < $0.index }) ?? true { kept = (index, error) }
    }
  }

  var error: EnvironmentError? { slot.withLock { $0?.error } }
}
