import EnvironmentKit
import Files

/// Reads an expression such as `count(coin) == 0 and chance(0.1)` into instructions.
struct ExpressionParser {
  static let words = [
    "steps", "maxSteps", "agentX", "agentY", "agentDirection", "count", "holds", "at", "facing",
    "near", "free", "x", "y", "ahead", "right", "distance", "reachable", "color", "direction",
    "chance", "random", "every", "min", "max", "abs", "true", "false", "not", "and", "or",
  ]
  private static let deepest = 14

  private let bytes: [UInt8]
  private let names: ExpressionNames
  /// Whether numbers may have fractions.
  private let allowsFractions: Bool
  private var position = 0
  private(set) var code: [Instruction] = []
  private var depth = 0
  private var nesting = 0

  /// Reads a whole text.
  ///
  /// - Parameter allowsFractions: whether numbers may have fractions, which makes all of it one of real
  ///   numbers.
  static func parse(
    _ text: String, _ names: ExpressionNames, allowsFractions: Bool = false
  ) throws(ExpressionFailure) -> [Instruction] {
    var parser = ExpressionParser(
      bytes: Array(text.utf8), names: names, allowsFractions: allowsFractions)
    guard parser.bytes.count <= 400 else {
      throw ExpressionFailure(offset: 0, cause: "the expression is too long", remedy: "cut it up")
    }
    try parser.either()
    parser.skipSpace()
    if parser.position < parser.bytes.count {
      if parser.rest.hasPrefix("=") {
        throw parser.failure("'=' compares nothing", "write '=='")
      }
      throw parser.failure(
        "'\(parser.rest)' does not belong to the expression before it",
        "put 'and', 'or' or an operator between")
    }
    return parser.code + [.end]
  }

  private init(bytes: [UInt8], names: ExpressionNames, allowsFractions: Bool) {
    self.bytes = bytes
    self.names = names
    self.allowsFractions = allowsFractions
  }

  private var rest: String { String(decoding: bytes[position...].prefix(20), as: UTF8.self) }

  private func failure(_ cause: String, _ remedy: String, at offset: Int? = nil)
    -> ExpressionFailure
  {
    ExpressionFailure(offset: offset ?? position, cause: cause, remedy: remedy)
  }

  private mutating func emit(_ instruction: Instruction) throws(ExpressionFailure) {
    code.append(instruction)
    depth += instruction.growth
    if depth > Self.deepest {
      throw failure("the expression is nested too deeply", "cut it up into variables")
    }
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] == 32 || bytes[position] == 9 { position += 1 }
  }

  /// Takes one of some signs, the longer ones standing first.
  private mutating func take(_ signs: [String]) -> String? {
    skipSpace()
    for sign in signs {
      let wanted = Array(sign.utf8)
      guard bytes[position...].starts(with: wanted) else { continue }
      let end = position + wanted.count
      let isWord = wanted[0] >= 97
      if isWord, end < bytes.count, Self.isNamePart(bytes[end]) { continue }
      position = end
      return sign
    }
    return nil
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

// From the loosest to the tightest binding.
extension ExpressionParser {
  private mutating func either() throws(ExpressionFailure) {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > 30 { throw failure("too many brackets", "cut it up into variables") }
    try both()
    while take(["or"]) != nil {
      try join(.skipIfTrue(0)) { p throws(ExpressionFailure) in try p.both() }
    }
  }

  private mutating func both() throws(ExpressionFailure) {
    try negation()
    while take(["and"]) != nil {
      try join(.skipIfFalse(0)) { p throws(ExpressionFailure) in try p.negation() }
    }
  }

  /// Reads the right side of `and` or `or`, which is left out where the left side decides.
  private mutating func join(
    _ skip: Instruction, _ right: (inout Self) throws(ExpressionFailure) -> Void
  ) throws(ExpressionFailure) {
    let start = code.count
    try emit(skip)
    try right(&self)
    try emit(.truth)
    let length = Int32(code.count - start)
    if case .skipIfTrue = skip {
      code[start] = .skipIfTrue(length)
    } else {
      code[start] = .skipIfFalse(length)
    }
  }

  private mutating func negation() throws(ExpressionFailure) {
    var isNegated = false
    var found = false
    while take(["not"]) != nil {
      isNegated.toggle()
      found = true
    }
    try comparison()
    if found { try emit(isNegated ? .not : .truth) }
  }

  private mutating func comparison() throws(ExpressionFailure) {
    try sum()
    guard let sign = take(["==", "!=", "<=", ">=", "<", ">"]) else { return }
    try sum()
    switch sign {
    case "==": try emit(.equal)
    case "!=": try emit(.notEqual)
    case "<=": try emit(.lessOrEqual)
    case ">=": try emit(.greaterOrEqual)
    case "<": try emit(.less)
    default: try emit(.greater)
    }
  }

  private mutating func sum() throws(ExpressionFailure) {
    try product()
    while let sign = take(["+", "-"]) {
      try product()
      try emit(sign == "+" ? .add : .subtract)
    }
  }

  private mutating func product() throws(ExpressionFailure) {
    try signed()
    while let sign = take(["*", "/", "%"]) {
      try signed()
      try emit(sign == "*" ? .multiply : sign == "/" ? .divide : .remainder)
    }
  }

  private mutating func signed() throws(ExpressionFailure) {
    var isNegative = false
    while take(["-"]) != nil { isNegative.toggle() }
    try value()
    if isNegative { try emit(.negate) }
  }

  private mutating func value() throws(ExpressionFailure) {
    skipSpace()
    if take(["("]) != nil {
      try either()
      return try close()
    }
    let start = position
    while position < bytes.count, Self.isNamePart(bytes[position]) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    if word.isEmpty, rest.first != "." {
      throw failure(
        position < bytes.count ? "'\(rest)' is no value" : "a value is missing at the end",
        "write a number, a name, or a function such as count(coin)")
    }
    if (48...57).contains(bytes[start]) || bytes[start] == UInt8(ascii: ".") {
      return try number(start)
    }
    if take(["("]) != nil { return try function(word, start) }
    try name(word, start)
  }

  /// A number that begins somewhere: whole, or with a fraction where that is allowed.
  private mutating func number(_ start: Int) throws(ExpressionFailure) {
    while position < bytes.count, Self.isNamePart(bytes[position]) || bytes[position] == 46 {
      position += 1
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let whole = Int32(text) { return try emit(.constant(whole)) }
    guard let value = Double(text), abs(value) <= 1e9 else {
      throw failure(
        "'\(text)' is no number up to \(Arithmetic.largest)", "write digits only, such as 30",
        at: start)
    }
    guard allowsFractions else {
      throw failure(
        "'\(text)' is no whole number", "write digits only: fractions stand in rewards and chances",
        at: start)
    }
    try emit(.fraction(value))
  }

  private mutating func close() throws(ExpressionFailure) {
    if take([")"]) == nil { throw failure("a ')' is missing", "close the bracket") }
  }

  private mutating func name(_ word: String, _ start: Int) throws(ExpressionFailure) {
    switch word {
    case "steps": return try emit(.steps)
    case "maxSteps": return try emit(.episodeSteps)
    case "agentX": return try emit(.agentX)
    case "agentY": return try emit(.agentY)
    case "agentDirection": return try emit(.agentDirection)
    case "true": return try emit(.constant(1))
    case "false": return try emit(.constant(0))
    default: break
    }
    if let index = names.variables.firstIndex(of: word) {
      return try emit(.variable(Int32(index)))
    }
    guard let constant = names.constants.first(where: { $0.name == word }) else {
      throw failure(
        "there is no '\(word)' here", NearestName.hint(word, among: names.all), at: start)
    }
    guard constant.value == constant.value.rounded() else {
      if allowsFractions { return try emit(.fraction(constant.value)) }
      throw failure(
        "'\(word)' is \(constant.value), no whole number", "use it in rewards and chance(…) only",
        at: start)
    }
    try emit(.constant(Int32(constant.value)))
  }
}

// Functions.
extension ExpressionParser {
  private mutating func function(_ word: String, _ start: Int) throws(ExpressionFailure) {
    switch word {
    case "min", "max", "random":
      try either()
      if take([","]) == nil { throw failure("'\(word)' needs two numbers", "write \(word)(a, b)") }
      try either()
      try emit(word == "min" ? .minimum : word == "max" ? .maximum : .random)
    case "abs", "every":
      try either()
      try emit(word == "abs" ? .absolute : .every)
    case "chance": try emit(.chance(try probability()))
    case "free", "color", "direction": try emit(try place(word))
    case "count":
      let first = try kinds()
      if take([","]) != nil {
        try emit(.countBoth(first, try kinds()))
      } else {
        try emit(.count(first))
      }
    default: try emit(try question(word, start))
    }
    try close()
  }

  /// The words up to a comma or a bracket, as kinds.
  private mutating func kinds() throws(ExpressionFailure) -> KindSet {
    skipSpace()
    let (start, words) = argument()
    if words.isEmpty { throw failure("the name of an object is missing", "write one") }
    guard let kinds = names.kinds(words, start) else { throw ExpressionFailure.reported }
    return kinds
  }

  private mutating func argument() -> (start: Int, words: String) {
    skipSpace()
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: ","),
      bytes[position] != UInt8(ascii: ")")
    {
      position += 1
    }
    var words = bytes[start..<position]
    while words.last == 32 { words.removeLast() }
    return (start, String(decoding: words, as: UTF8.self))
  }

  private mutating func probability() throws(ExpressionFailure) -> Double {
    let (start, text) = argument()
    let value = Double(text) ?? names.constants.first { $0.name == text }?.value
    guard let value, (0...1).contains(value) else {
      throw failure(
        "'\(text)' is no probability", "write a number or a parameter from 0 to 1", at: start)
    }
    return value
  }

  private mutating func place(_ function: String) throws(ExpressionFailure) -> Instruction {
    let (start, word) = argument()
    switch (function, word) {
    case ("free", "ahead"): return .freeAhead
    case ("free", "beyond"): return .freeBeyond
    case ("color", "hand"): return .color(.hand)
    case ("color", "object"): return .color(.object)
    case ("color", "subject"): return .color(.subject)
    case ("direction", "object"): return .direction(.object)
    case ("direction", "subject"): return .direction(.subject)
    default:
      let known =
        function == "free"
        ? ["ahead", "beyond"]
        : function == "color" ? ["hand", "object", "subject"] : ["object", "subject"]
      throw failure(
        "\(function)(\(word)) means nothing", NearestName.hint(word, among: known), at: start)
    }
  }

  private mutating func question(_ word: String, _ start: Int) throws(ExpressionFailure)
    -> Instruction
  {
    let make: ((KindSet) -> Instruction)? =
      switch word {
      case "holds": Instruction.holds
      case "at": Instruction.at
      case "facing": Instruction.facing
      case "near": Instruction.near
      case "x": Instruction.x
      case "y": Instruction.y
      case "ahead": Instruction.ahead
      case "right": Instruction.right
      case "distance": Instruction.distance
      case "reachable": Instruction.reachable
      default: nil
      }
    guard let make else {
      throw failure(
        "there is no function '\(word)'", NearestName.hint(word, among: Self.words), at: start)
    }
    return make(try kinds())
  }
}
