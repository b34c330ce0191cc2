import Foundation
import Synchronization

/// Whether Ctrl-C was pressed: stages ask between units of work, save, and stop.
public enum Interruption {
  private static let requested = Atomic<Bool>(false)
  private static let saves = Atomic<Bool>(true)
  private static let speaks = Atomic<Bool>(true)

  /// Catches SIGINT and SIGTERM from now on; a second one ends the program at once.
  ///
  /// Whoever started the program may have blocked them, so they are let through.
  ///
  /// - Parameters:
  ///   - saves: whether the work at hand is saved when it stops.
  ///   - speaks: whether this process says that it stops.
  public static func catchSignals(saves: Bool = true, speaks: Bool = true) {
    Self.saves.store(saves, ordering: .relaxed)
    Self.speaks.store(speaks, ordering: .relaxed)
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) { caught in
        if Interruption.requested.exchange(true, ordering: .relaxed) { _exit(128 + caught) }
        guard Interruption.speaks.load(ordering: .relaxed) else { return }
        let text: StaticString =
          Interruption.saves.load(ordering: .relaxed)
          ? "\nstopping: saving first (once more stops at once)\n"
          : "\nstopping (once more stops at once)\n"
        _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
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
