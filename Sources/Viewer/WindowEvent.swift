import CSDL2

/// What happened to a window.
public enum WindowEvent: Hashable, Sendable {
  /// A key went down.
  case pressed(KeyPress)
  /// A key went up.
  case released(Key)
  /// The main button of the mouse went down here, or is held while the mouse moves here.
  case pointed(PointerPlace)
  /// The main button of the mouse went up.
  case pointerReleased
  /// The mouse moved here, no button being held.
  case hovered(PointerPlace)
  /// The person closed the window.
  case closed
  /// The window must be painted anew: shown, resized, uncovered.
  case exposed
  /// Keys go elsewhere now: none counts as held.
  case unfocused

  /// The meaning of an SDL event, or nil where it has none here; places are the window's.
  init?(_ event: SDL_Event) {
    switch SDL_EventType(rawValue: SDL_EventType.RawValue(event.type)) {
    case SDL_QUIT: self = .closed
    case SDL_KEYDOWN:
      guard let key = Key(code: event.key.keysym.sym) else { return nil }
      let shift = UInt32(event.key.keysym.mod) & UInt32(KMOD_SHIFT.rawValue)
      self = .pressed(KeyPress(key, isShifted: shift != 0, isRepeat: event.key.repeat != 0))
    case SDL_KEYUP:
      guard let key = Key(code: event.key.keysym.sym) else { return nil }
      self = .released(key)
    case SDL_MOUSEBUTTONDOWN where event.button.button == UInt8(SDL_BUTTON_LEFT):
      self = .pointed(PointerPlace(x: Int(event.button.x), y: Int(event.button.y)))
    case SDL_MOUSEMOTION where event.motion.state & 1 << UInt32(SDL_BUTTON_LEFT - 1) != 0:
      self = .pointed(PointerPlace(x: Int(event.motion.x), y: Int(event.motion.y)))
    case SDL_MOUSEMOTION:
      self = .hovered(PointerPlace(x: Int(event.motion.x), y: Int(event.motion.y)))
    case SDL_MOUSEBUTTONUP where event.button.button == UInt8(SDL_BUTTON_LEFT):
      self = .pointerReleased
    case SDL_WINDOWEVENT:
      guard let event = Self.window(event.window.event) else { return nil }
      self = event
    default: return nil
    }
  }

  private static func window(_ code: UInt8) -> WindowEvent? {
    switch SDL_WindowEventID(SDL_WindowEventID.RawValue(code)) {
    case SDL_WINDOWEVENT_CLOSE: .closed
    case SDL_WINDOWEVENT_EXPOSED, SDL_WINDOWEVENT_SIZE_CHANGED, SDL_WINDOWEVENT_SHOWN,
      SDL_WINDOWEVENT_RESTORED:
      .exposed
    case SDL_WINDOWEVENT_FOCUS_LOST: .unfocused
    default: nil
    }
  }
}
