import CSDL2

extension Key {
  /// The key of an SDL key code, or nil where it has no name here.
  init?(code: SDL_Keycode) {
    if let named = Self.named(code) {
      self = named
    } else if code > 32, code < 127, let scalar = UnicodeScalar(UInt32(code)),
      let key = Key(rawValue: String(Character(scalar)))
    {
      self = key
    } else {
      return nil
    }
  }

  private static func named(_ code: SDL_Keycode) -> Key? {
    functionKeys[code] ?? codes[code]
  }

  private static let codes: [SDL_Keycode: Key] = Dictionary(
    uniqueKeysWithValues: [
      (SDLK_LEFT, Key.left), (SDLK_RIGHT, .right), (SDLK_UP, .up), (SDLK_DOWN, .down),
      (SDLK_SPACE, .space), (SDLK_RETURN, .enter), (SDLK_KP_ENTER, .enter),
      (SDLK_ESCAPE, .escape), (SDLK_TAB, .tab), (SDLK_BACKSPACE, .backspace),
      (SDLK_DELETE, .delete), (SDLK_INSERT, .insert), (SDLK_PAGEUP, .pageUp),
      (SDLK_PAGEDOWN, .pageDown), (SDLK_HOME, .home), (SDLK_END, .end),
      (SDLK_LSHIFT, .leftShift), (SDLK_RSHIFT, .rightShift),
    ].map { (SDL_Keycode($0.0.rawValue), $0.1) })

  private static let functionKeys: [SDL_Keycode: Key] = Dictionary(
    uniqueKeysWithValues: [
      (SDLK_F1, Key.f1), (SDLK_F2, .f2), (SDLK_F3, .f3), (SDLK_F4, .f4), (SDLK_F5, .f5),
      (SDLK_F6, .f6), (SDLK_F7, .f7), (SDLK_F8, .f8), (SDLK_F9, .f9), (SDLK_F10, .f10),
      (SDLK_F11, .f11), (SDLK_F12, .f12),
    ].map { (SDL_Keycode($0.0.rawValue), $0.1) })
}
