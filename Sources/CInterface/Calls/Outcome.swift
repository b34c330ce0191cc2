import DataWorlds
import EnvironmentKit
import Settings

/// How a call went: what it returns.
enum Outcome: Int32 {
  /// All was done.
  case done = 0
  /// An argument is wrong: an index, a length, an action, a name.
  case invalid = 1
  /// There is no such handle: it was closed, or never given out.
  case closed = 2
  /// Another thread is using the handle.
  case busy = 3
  /// The handle was made in another process, before a fork.
  case forked = 4
  /// The work itself failed: a file, a world, a model.
  case failed = 5
}

/// Why a call was refused.
struct CallError: Error {
  let outcome: Outcome
  let text: String

  init(_ outcome: Outcome, _ text: String) { (self.outcome, self.text) = (outcome, text) }

  /// An argument is wrong.
  static func invalid(_ text: String) -> CallError { CallError(.invalid, text) }
}

extension Outcome {
  /// The outcome of an error and what is to be said of it.
  static func of(_ error: any Error) -> (outcome: Outcome, text: String) {
    switch error {
    case let error as CallError: (error.outcome, error.text)
    case let error as ExperimentError: (error.kind == .usage ? .invalid : .failed, "\(error)")
    case let error as DataWorldError: (.invalid, "\(error)")
    case let error as EnvironmentError:
      (["setState", "dream"].contains(error.operation) ? .invalid : .failed, "\(error)")
    default: (.failed, "\(error)")
    }
  }
}
