import Foundation
import Synchronization

/// Whether Ctrl-C was pressed: stages ask between units of work, save, and stop.
public enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// Catches SIGINT and SIGTERM from now on; a second one ends the program at once.
  public static func catchSignals() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { caught in
        if Interruption.requested.exchange(true, ordering: .relaxed) { _exit(128 + caught) }
      }
    }
  }

  /// Asks the running stage to save and stop, as Ctrl-C does.
  public static func request() {
    requested.store(true, ordering: .relaxed)
  }

  /// Whether a stop was asked for.
  public static var isRequested: Bool { requested.load(ordering: .relaxed) }
}
