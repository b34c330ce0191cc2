package import EnvironmentKit
import Glibc

/// What a loop needs to know besides its scene.
public struct LoopSettings: Sendable {
  /// What the window's frame says.
  public var title = "umwelt"
  /// Where recordings and screenshots go: `NAME-1.gif`, `NAME-2.png`, … after this.
  public var savePrefix = "umwelt"
  /// Steps after which the loop ends; nil goes on.
  public var maximumSteps: Int?
  /// Asked several times a second; true ends the loop: Ctrl-C.
  public var shouldStop: @Sendable () -> Bool = { false }
  /// Told in one line what was saved, or why it was not.
  public var notify: @Sendable (String) -> Void = { print($0) }

  /// Creates settings of their defaults.
  public init() {}
}

/// Where a loop shows pictures and gets keys: a window, or a test's script.
package protocol LoopSurface: AnyObject {
  /// Whether anything shown can be seen.
  var isVisible: Bool { get }
  /// Shows a picture.
  func show(_ frame: Frame) throws(SDLError)
  /// Waits at most so many seconds and returns what happened.
  func events(waitingUpTo seconds: Double) -> [WindowEvent]
  /// Seconds since some moment, never going back.
  func now() -> Double
}

extension Window: LoopSurface {
  package func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
