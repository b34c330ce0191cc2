package import EnvironmentKit
import Glibc

/// What a loop needs to know besides its scene.
public struct LoopSettings: Sendable {
  /// What the window's frame says.
  public var title = "umwelt"
  /// Where recordings and screenshots go: `NAME-1.gif`, `NAME-2.png`, … after this.
  ///
  /// The folder is made when it is needed.
  public var savePrefix = "umwelt"
  /// Whole magnification of the text, and of pictures in files; nil suits the window, 1 in files.
  public var scale: Int?
  /// Steps after which the loop ends; nil goes on.
  public var maximumSteps: Int?
  /// Asked several times a second; true ends the loop: Ctrl-C.
  public var shouldStop: @Sendable () -> Bool = { false }
  /// Called once a window is there.
  public var opened: @Sendable () -> Void = {}
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
  /// The pixels that a picture may fill; nil shows pictures of any size.
  var pixelSize: (width: Int, height: Int)? { get }
  /// Fills the screen, or no longer.
  func toggleFullScreen()
}

extension LoopSurface {
  package var pixelSize: (width: Int, height: Int)? { nil }
  package func toggleFullScreen() {}
}

extension Window: LoopSurface {
  package func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
