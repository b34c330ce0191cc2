import EnvironmentKit

/// A kind of thing: an object of one colour in one state.
struct Kind: Sendable {
  var object = ""
  var color = ""
  var state = ""
  var tags: [String] = []
  var layer = 0
  var isSolid = false
  var isOpaque = false
  var isPickable = false
  var behaviour = Behaviour()
  var code = SymbolCode(type: 1, color: 0, state: 0)
  var picture = Picture()

  /// The words that select it.
  var words: [String] { [object, color, state].filter { !$0.isEmpty } + tags }
  /// As people say it.
  var name: String { [color, state, object].filter { !$0.isEmpty }.joined(separator: " ") }
}

/// Three bytes of a cell, as MiniGrid shows it.
struct SymbolCode: Hashable, Sendable, BitwiseCopyable {
  var type: UInt8
  var color: UInt8
  var state: UInt8
}

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

/// What sets a rule off.
enum Trigger: UInt8, CaseIterable, Sendable {
  case act, bump, leave, enter, use, pickup, drop, tick, reset
}

/// A rule: who, on what, on which condition, does what.
struct Rule: Sendable, BitwiseCopyable {
  var by = KindSet()
  var into = KindSet()
  var hasObject = false
  /// The action of `act`; -1 for all.
  var action: Int32 = -1
  /// Where its condition begins; -1 for none.
  var condition: Int32 = -1
  var effects: Int32 = 0
  var effectCount: Int32 = 0
  /// Whether later rules of the same event are tried although this one was.
  var isAlso = false
  /// Whether subject and object stand the other way round, see `meet`.
  var isSwapped = false
}

/// What the rules of a trigger that are about one kind ask of the cell it happens to.
struct Concern: Sendable, BitwiseCopyable {
  /// Whether one of them asks for no object.
  var isFree = false
  /// What the others look for.
  var into = KindSet()

  init(of kind: Int, in rules: [Rule]) {
    for rule in rules where rule.by.contains(UInt8(kind)) {
      if rule.hasObject { into = into.union(rule.into) } else { isFree = true }
    }
  }
}

/// How an episode ends.
enum Outcome: UInt8, Sendable {
  case none, win, lose
}

/// What a rule does.
enum Effect: Sendable, BitwiseCopyable {
  case move, push, take
  case remove(Target)
  case removeAll(KindSet)
  case become(Target, Int32)
  case spawn(kind: UInt8, Place, heading: Int32)
  case set(variable: Int32, code: Int32)
  case add(variable: Int32, code: Int32)
  case reward(Double)
  case rewardDecay(Double)
  case rewardCode(Int32)
  case end(Outcome)
  case teleport(Place)
  case turn(Int32)
  case face(Int32)
  case reverse
  case dropHand

  enum Target: UInt8, Sendable {
    case subject, object
  }
}

/// Where something is put.
enum Place: Sendable, BitwiseCopyable {
  case start, subject, object
  case point(x: Int32, y: Int32)
  case area(x: Int32, y: Int32, width: Int32, height: Int32)
}

/// When an episode ends by itself.
struct Ending: Sendable, BitwiseCopyable {
  var condition: Int32
  var outcome: Outcome
  var reward: Double = 0
  /// What the `decay` is worth; 0 for none.
  var decay: Double = 0
  var rewardCode: Int32 = -1
}

/// How a thing moves by itself.
struct Behaviour: Sendable, BitwiseCopyable {
  enum Rule: UInt8, Sendable {
    case none, walk, wander, chase, flee, still
  }
  enum Edge: UInt8, Sendable {
    case stop, wrap, bounce, vanish
  }
  var rule = Rule.none
  var edge = Edge.stop
  var heading = Heading.right
  /// Steps between two moves.
  var period: UInt8 = 1
  /// How often a move is made, or how often it is the right one.
  var chance = 1.0
  var targets = KindSet()
  /// Steps after which it becomes another kind; 0 for never.
  var lifetime: Int32 = 0
  var after: UInt8 = 0
}

/// One command of the generation of a level; codes are expressions.
enum GenerationStep: Sendable, BitwiseCopyable {
  case fill(kind: UInt8, x: Int32, y: Int32, width: Int32, height: Int32)
  case border(kind: UInt8, x: Int32, y: Int32, width: Int32, height: Int32)
  case put(Choice, x: Int32, y: Int32, heading: Int32, period: Int32)
  case place(Choice, Place, count: Int32, ground: KindSet, heading: Int32, period: Int32)
  case agent(Place, heading: Int32)
  case scatter(Choice, Place, chance: Double, ground: KindSet)
  case maze(kind: UInt8, x: Int32, y: Int32, width: Int32, height: Int32, loops: Int32)
  case let_(variable: Int32, code: Int32)
  /// Goes on so many commands further where the condition does not hold.
  case skipUnless(code: Int32, count: Int32)
  case loop(variable: Int32, count: Int32, length: Int32)
  case next(variable: Int32, length: Int32)

  /// One of some kinds, which stand one after the other in a table.
  struct Choice: Sendable, BitwiseCopyable {
    var first: Int32
    var count: Int32
    /// The code of the number of the one that is taken; -1 draws it.
    var which: Int32
  }

  /// The heading that is drawn at random.
  static let anyHeading: Int32 = -1
  /// The heading that is that of the kind.
  static let ownHeading: Int32 = -2
}

/// How the agent sees the world.
struct ViewSettings: Sendable {
  enum Symbols: String, Sendable, CaseIterable {
    case layers, minigrid
  }
  /// Cells a side of what is seen before the agent; 0 shows the whole map.
  var size = 0
  var isOccluded = false
  var symbols = Symbols.layers
  /// Whether the direction is part of the observation.
  var showsDirection = false
  /// Whether what the agent holds is part of the observation.
  var showsHand = false
  /// Variables that are part of the observation, a byte each.
  var variables: [Int] = []
}

/// What can be reached when an episode is won, for the checker.
struct Goal: Sendable {
  var kinds: KindSet
  /// Whether all must be reached, rather than one.
  var needsAll: Bool
  var line: Int
  var column: Int
}
