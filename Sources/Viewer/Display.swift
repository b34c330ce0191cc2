import CSDL2
import Glibc
import Synchronization

/// Whether a window can be opened here.
public enum Display {
  /// Whether a display answers, or SDL's environment names a driver that works without one.
  ///
  /// A display that is named and does not answer is none: SDL would else fall back to a driver that
  /// shows nothing, and the program would play to nowhere. The connection to one that answers is kept
  /// for the window that is opened next: a server that begins anew when its last client leaves, as
  /// Xvfb does, would refuse a second one for a moment.
  public static var isAvailable: Bool {
    isKept.withLock { isKept in
      if !isKept { isKept = (try? start()) != nil }
      return isKept
    }
  }

  /// Starts SDL's video for a window, which takes over the connection that `isAvailable` keeps.
  ///
  /// - Throws: `SDLError` that says how to go on without a display.
  static func startForWindow() throws(SDLError) {
    try start()
    isKept.withLock { isKept in
      if isKept { stop() }
      isKept = false
    }
  }

  /// Whether a connection is open that no window uses yet.
  private static let isKept = Mutex(false)

  /// Starts SDL's video with the drivers that the environment speaks of, and no other.
  private static func start() throws(SDLError) {
    guard isNamed else {
      throw SDLError(
        operation: "open window", place: "display",
        cause: "no display (DISPLAY and WAYLAND_DISPLAY are not set)", remedy: remedy)
    }
    // Ctrl-C belongs to the program, which saves its work first.
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1")
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1")
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0")
    let drivers = [("WAYLAND_DISPLAY", "wayland"), ("DISPLAY", "x11")]
    let named = drivers.filter { isSet($0.0) }
    if !isSet("SDL_VIDEODRIVER") {
      SDL_SetHint(SDL_HINT_VIDEODRIVER, named.map(\.1).reversed().joined(separator: ","))
    }
    guard SDL_InitSubSystem(SDL_INIT_VIDEO) != 0 else { return }
    if isSet("SDL_VIDEODRIVER") { throw SDLError("start SDL", place: "display") }
    let displays = named.compactMap { name, _ in
      getenv(name).map { "\(name)=\(String(cString: $0))" }
    }
    throw SDLError(
      operation: "open window", place: "display",
      cause: "no display answers (\(displays.joined(separator: ", ")))", remedy: remedy)
  }

  /// Gives back what `startForWindow` took.
  static func stop() { SDL_QuitSubSystem(SDL_INIT_VIDEO) }

  private static let remedy = "go on without one: --frames N --save out.gif (or out.png)"

  private static var isNamed: Bool {
    ["DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"].contains(where: isSet)
  }

  private static func isSet(_ name: String) -> Bool {
    getenv(name).map { $0.pointee != 0 } ?? false
  }
}
