/// One instruction of a compiled expression: works on a stack of whole numbers.
///
/// `Int32.min` stands for a quantity that is absent now, such as the place of a thing that is not there.
enum Instruction: Sendable, BitwiseCopyable {
  case constant(Int32)
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
    case .constant, .end: false
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

  /// Whether a number is drawn.
  var draws: Bool {
    switch self {
    case .chance, .random: true
    default: false
    }
  }
}

/// The frequent forms of expressions, known when they are compiled.
enum ExpressionForm: Sendable, BitwiseCopyable {
  /// A number.
  case constant(Int32)
  /// One question to the world.
  case single
  /// One question, compared or reckoned with a number.
  case comparison(Int32)
  /// Any other.
  case other

  /// The form of the expression that the first instruction begins.
  init(_ code: ArraySlice<Instruction>) {
    let code = Array(code.prefix(4))
    self = .other
    guard code.count > 1, let first = code.first else { return }
    if case .constant(let value) = first {
      if case .end = code[1] { self = .constant(value) }
      return
    }
    guard first.asksWorld else { return }
    if case .end = code[1] {
      self = .single
    } else if code.count == 4, case .constant(let value) = code[1], code[2].combines,
      case .end = code[3]
    {
      self = .comparison(value)
    }
  }
}

/// A constant where nothing but numbers stands in an expression.
enum AbsentValue {
  /// Stands for a quantity that is absent.
  static let number = Int32.min
}
