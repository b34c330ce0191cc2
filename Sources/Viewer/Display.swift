import Glibc

/// Whether a window can be opened here.
public enum Display {
  /// Whether the environment names a display, or a video driver of SDL.
  public static var isAvailable: Bool {
    let names: [String] = ["DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"]
    return names.contains { name in getenv(name).map { $0.pointee != 0 } ?? false }
  }

  /// Asks for a display before anything is set up.
  ///
  /// - Throws: `SDLError` that says how to go on without one.
  public static func require() throws(SDLError) {
    guard !isAvailable else { return }
    throw SDLError(
      operation: "open window", place: "display",
      cause: "no display (DISPLAY and WAYLAND_DISPLAY are not set)",
      remedy: "go on without one: --frames N --save out.gif (or out.png)")
  }
}
