import CSDL2

/// What went wrong with a window.
public struct SDLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being done, such as `open window`.
  public var operation: String
  /// Where: the window's title, the display.
  public var place: String
  /// What was found.
  public var cause: String
  /// What to do about it.
  public var remedy: String

  /// Creates an error of its four parts.
  public init(operation: String, place: String, cause: String, remedy: String) {
    self.operation = operation
    self.place = place
    self.cause = cause
    self.remedy = remedy
  }

  /// Creates an error of what SDL says about its last call.
  init(_ operation: String, place: String) {
    let message = SDL_GetError().map { String(cString: $0) } ?? ""
    self.init(
      operation: operation, place: place,
      cause: message.isEmpty ? "SDL gave no reason" : message, remedy: Self.remedy)
  }

  /// One line: place, operation, cause; remedy.
  public var description: String { "\(place): \(operation): \(cause); \(remedy)" }

  static let remedy =
    "check the display, or go on without one: --frames N --save out.gif (or out.png)"
}
