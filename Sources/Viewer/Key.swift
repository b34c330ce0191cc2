/// A key by its meaning, its raw value being the name that worlds and key maps use.
public enum Key: String, Hashable, Sendable, CaseIterable, Codable {
  case left, right, up, down
  case space, enter, escape, tab, backspace, delete, insert
  case pageUp = "pageup"
  case pageDown = "pagedown"
  case home, end
  case leftShift = "leftshift"
  case rightShift = "rightshift"
  case a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z
  case zero = "0"
  case one = "1"
  case two = "2"
  case three = "3"
  case four = "4"
  case five = "5"
  case six = "6"
  case seven = "7"
  case eight = "8"
  case nine = "9"
  case f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12
  case period = "."
  case comma = ","
  case leftBracket = "["
  case rightBracket = "]"
  case backslash = "\\"
  case minus = "-"
  case equals = "="
  case slash = "/"
  case semicolon = ";"
  case quote = "'"

  /// The key of a name, in any case of letters; also `return`, `esc`, `pgup`, `pgdn`.
  public init?(name: String) {
    let name = name.lowercased()
    let other: [String: Key] = [
      "return": .enter, "esc": .escape, "pgup": .pageUp, "pgdn": .pageDown, " ": .space,
    ]
    guard let key = Key(rawValue: name) ?? other[name] else { return nil }
    self = key
  }

  /// The name as people read it on a keyboard: `←`, `Esc`, `A`, `Page up`.
  public var label: String {
    switch self {
    case .left: "←"
    case .right: "→"
    case .up: "↑"
    case .down: "↓"
    case .escape: "Esc"
    case .pageUp: "Page up"
    case .pageDown: "Page down"
    case .leftShift: "Left shift"
    case .rightShift: "Right shift"
    default: rawValue.prefix(1).uppercased() + rawValue.dropFirst()
    }
  }
}

/// Where the mouse points, in pixels of the picture or, before it is placed, of the window.
///
/// It may lie outside, where the button is held while the mouse leaves.
public struct PointerPlace: Hashable, Sendable {
  /// Pixels from the left edge.
  public var x: Int
  /// Pixels from the top edge.
  public var y: Int

  /// Creates a place.
  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

/// A key going down.
public struct KeyPress: Hashable, Sendable {
  /// Which key.
  public var key: Key
  /// Whether a shift key was held.
  public var isShifted: Bool
  /// Whether the system repeated it because the key stays down.
  public var isRepeat: Bool

  /// Creates a press.
  public init(_ key: Key, isShifted: Bool = false, isRepeat: Bool = false) {
    self.key = key
    self.isShifted = isShifted
    self.isRepeat = isRepeat
  }
}
