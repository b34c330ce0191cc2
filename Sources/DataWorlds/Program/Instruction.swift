/// One instruction of a compiled expression: works on a stack of whole numbers.
///
/// See `Arithmetic` for what is absent, and for the largest number.
enum Instruction: Sendable, BitwiseCopyable {
  case constant(Int32)
  /// Makes the whole expression one of real numbers; in rewards only.
  case fraction(Double)
  case variable(Int32)
  case steps, episodeSteps
  case agentX, agentY, agentDirection
  case add, subtract, multiply, divide, remainder, negate, absolute, minimum, maximum
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, not
  /// Keeps a false left side of `and` and jumps, or drops a true one.
  case skipIfFalse(Int32)
  /// Keeps a true left side of `or` and jumps, or drops a false one.
  case skipIfTrue(Int32)
  /// Makes 1 of anything but 0.
  case truth
  case count(KindSet)
  case countBoth(KindSet, KindSet)
  case holds(KindSet)
  case at(KindSet)
  case facing(KindSet)
  case near(KindSet)
  case freeAhead, freeBeyond
  case x(KindSet), y(KindSet), ahead(KindSet), right(KindSet), distance(KindSet)
  case reachable(KindSet)
  case color(Subject)
  case direction(Subject)
  /// Draws a number and compares it.
  case chance(Double)
  /// Draws from a half-open range.
  case random
  case every
  case end

  /// Whose colour or direction is asked.
  enum Subject: UInt8, Sendable {
    case subject, object, hand
  }

  /// How the stack grows.
  var growth: Int {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder, .minimum, .maximum, .equal, .notEqual,
      .less, .lessOrEqual, .greater, .greaterOrEqual, .random, .skipIfFalse, .skipIfTrue:
      -1
    case .negate, .absolute, .not, .truth, .every, .end: 0
    default: 1
    }
  }

  /// Whether it makes one number of two, without drawing any.
  var combines: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder, .minimum, .maximum, .equal, .notEqual,
      .less, .lessOrEqual, .greater, .greaterOrEqual:
      true
    default: false
    }
  }

  /// Whether it asks the world for a number.
  var asksWorld: Bool {
    switch self {
    case .constant, .fraction, .end: false
    default: growth == 1
    }
  }

  /// Whether the outcome depends on what happened, so that it means nothing outside rules.
  var needsEvent: Bool {
    switch self {
    case .freeBeyond, .color(.subject), .color(.object), .direction(.subject), .direction(.object):
      true
    default: false
    }
  }

  /// Whether it is a number with a fraction.
  var isFraction: Bool { if case .fraction = self { true } else { false } }

  /// Whether a number is drawn.
  var draws: Bool {
    switch self {
    case .chance, .random: true
    default: false
    }
  }
}
