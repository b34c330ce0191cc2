/// A broken rule of JSON: what was found, and where.
package struct JSONProblem: Error {
  /// What was found.
  package var cause: String
}

extension JSONValue {
  /// Reads a document strictly: no name twice in an object, no number rounded, nothing after its end.
  package init(reading bytes: some Collection<UInt8>) throws(JSONProblem) {
    var reader = JSONReader(ArraySlice(Array(bytes)))
    self = try reader.document()
  }

  /// The text, where it is one.
  package var asString: String? {
    if case .string(let text) = self { text } else { nil }
  }
  /// The whole number, where it is one.
  package var asInteger: Int? {
    if case .integer(let number) = self { number } else { nil }
  }
  /// The number, whole or not, where it is one.
  package var asNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
  /// The values in order, where it is a list.
  package var asArray: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }
  /// The named values in order, where it is an object.
  package var asObject: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }
}

/// Reads JSON text by recursive descent, to a depth that no document of this program reaches.
private struct JSONReader {
  private static let mostDepth = 64

  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private var depth = 0

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  mutating func document() throws(JSONProblem) -> JSONValue {
    skipSpace()
    let value = try value(of: "")
    guard next == nil else { throw problem("end") }
    return value
  }

  private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private func problem(_ expected: String) -> JSONProblem {
    JSONProblem(cause: "has no \(expected) at byte \(position - bytes.startIndex)")
  }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  /// Passes a mark, with the space behind it.
  private mutating func pass(_ mark: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: mark) else { return false }
    position += 1
    skipSpace()
    return true
  }

  private mutating func expect(_ mark: Unicode.Scalar) throws(JSONProblem) {
    guard pass(mark) else { throw problem("'\(mark)'") }
  }

  private mutating func value(of name: String) throws(JSONProblem) -> JSONValue {
    switch next {
    case UInt8(ascii: "{"):
      return try nested { reader throws(JSONProblem) in
        try reader.object(of: name)
      }
    case UInt8(ascii: "["):
      return try nested { reader throws(JSONProblem) in
        try reader.array(of: name)
      }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ read: (inout JSONReader) throws(JSONProblem) -> JSONValue
  ) throws(JSONProblem) -> JSONValue {
    guard depth < Self.mostDepth else { throw problem("end of its nesting") }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  private mutating func object(of name: String) throws(JSONProblem) -> JSONValue {
    var members: [JSONValue.Member] = []
    var seen: Set<String> = []
    try expect("{")
    if pass("}") { return .object([]) }
    repeat {
      let key = try string()
      guard seen.insert(key).inserted else {
        throw JSONProblem(cause: "'\(key)' stands twice" + (name.isEmpty ? "" : " in '\(name)'"))
      }
      try expect(":")
      members.append(.init(key, try value(of: key)))
    } while pass(",")
    try expect("}")
    return .object(members)
  }

  private mutating func array(of name: String) throws(JSONProblem) -> JSONValue {
    var values: [JSONValue] = []
    try expect("[")
    if pass("]") { return .array([]) }
    repeat {
      values.append(try value(of: name))
    } while pass(",")
    try expect("]")
    return .array(values)
  }

  private mutating func word(_ text: String, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
    guard bytes[position...].starts(with: text.utf8) else { throw problem("value") }
    position += text.utf8.count
    skipSpace()
    return value
  }

  private mutating func number() throws(JSONProblem) -> JSONValue {
    let marks = "+-.eE".utf8
    let token = bytes[position...].prefix { (0x30...0x39).contains($0) || marks.contains($0) }
    let text = String(decoding: token, as: UTF8.self)
    let digits = token.first == UInt8(ascii: "-") ? token.dropFirst() : token
    guard let first = digits.first, (0x30...0x39).contains(first) else { throw problem("value") }
    if first == 0x30, let second = digits.dropFirst().first, (0x30...0x39).contains(second) {
      throw problem("whole number without zeros before it")
    }
    let value: JSONValue
    if let whole = Int(text) {
      value = .integer(whole)
    } else if let real = Double(text), real.isFinite {
      value = .number(real)
    } else {
      throw problem("number")
    }
    position += token.count
    skipSpace()
    return value
  }

  private mutating func string() throws(JSONProblem) -> String {
    guard next == UInt8(ascii: "\"") else { throw problem("'\"'") }
    position += 1
    var content: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw problem("printable character") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        content.append(contentsOf: String(try escaped()).utf8)
      } else {
        content.append(byte)
      }
    }
    guard next != nil, let text = String(validating: content, as: UTF8.self) else {
      throw problem("whole UTF-8 string")
    }
    position += 1
    skipSpace()
    return text
  }

  private mutating func escaped() throws(JSONProblem) -> Unicode.Scalar {
    guard let byte = next else { throw problem("character after '\\'") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw problem("known character after '\\'")
    }
  }

  /// Four hexadecimal digits, and four more where they begin a surrogate pair.
  private mutating func unicodeEscape() throws(JSONProblem) -> Unicode.Scalar {
    let high = try hexadecimal()
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xDC00, bytes[position...].starts(with: "\\u".utf8) else {
      throw problem("second half of a surrogate pair")
    }
    position += 2
    let low = try hexadecimal()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else { throw problem("second half of a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONProblem) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4,
      digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw problem("four hexadecimal digits") }
    position += 4
    return number
  }
}
