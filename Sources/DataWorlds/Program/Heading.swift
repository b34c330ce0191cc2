/// Where the agent or a thing looks or goes: clockwise from the right.
enum Heading: UInt8, CaseIterable, Sendable {
  case right, down, left, up

  @inline(__always) var dx: Int32 { self == .right ? 1 : self == .left ? -1 : 0 }
  @inline(__always) var dy: Int32 { self == .down ? 1 : self == .up ? -1 : 0 }

  @inline(__always)
  func turned(_ quarters: Int32) -> Heading {
    Heading(rawValue: UInt8(truncatingIfNeeded: (Int32(rawValue) &+ quarters) & 3)) ?? .right
  }

  var opposite: Heading { turned(2) }

  init?(name: String) {
    guard let found = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
    self = found
  }

  static let names = allCases.map { "\($0)" }
}

/// What an action does before any rule.
enum Verb: Sendable, BitwiseCopyable {
  case stay
  case go(Heading)
  case goAhead
  case turn(Int32)
  case use, pickup, drop

  static let words = [
    "stay", "go right", "go down", "go left", "go up", "go ahead", "turn left", "turn right", "use",
    "pickup", "drop",
  ]

  init?(words: String) {
    switch words {
    case "stay": self = .stay
    case "go ahead": self = .goAhead
    case "turn left": self = .turn(-1)
    case "turn right": self = .turn(1)
    case "use": self = .use
    case "pickup": self = .pickup
    case "drop": self = .drop
    default:
      guard words.hasPrefix("go "), let heading = Heading(name: String(words.dropFirst(3))) else {
        return nil
      }
      self = .go(heading)
    }
  }

  var turns: Bool { if case .turn = self { true } else { false } }
}
