/// A strict reader of the JSON that headers consist of: objects, strings, lists of whole numbers.
package struct JSONScanner {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  package init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private func problem(_ expected: String) -> SafetensorsProblem {
    .foreign("the header has no \(expected) at byte \(position - bytes.startIndex)")
  }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  /// Passes a mark, with the space around it.
  private mutating func pass(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: mark) else { return false }
    position += 1
    skipSpace()
    return true
  }

  private mutating func expect(_ mark: Unicode.Scalar) throws(SafetensorsProblem) {
    guard pass(mark) else { throw problem("'\(mark)'") }
  }

  /// Nothing but space may follow.
  package mutating func end() throws(SafetensorsProblem) {
    skipSpace()
    guard next == nil else { throw problem("end") }
  }

  /// Reads an object; `member` reads the value of each key.
  package mutating func object(
    _ member: (inout JSONScanner, String) throws(SafetensorsProblem) -> Void
  ) throws(SafetensorsProblem) {
    try expect("{")
    if pass("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while pass(",")
    try expect("}")
  }

  /// Reads a list of whole numbers of 0 or more.
  package mutating func integers() throws(SafetensorsProblem) -> [Int] {
    try expect("[")
    if pass("]") { return [] }
    var numbers: [Int] = []
    repeat {
      numbers.append(try integer())
    } while pass(",")
    try expect("]")
    return numbers
  }

  private mutating func integer() throws(SafetensorsProblem) -> Int {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
    let digits = bytes[start..<position]
    let leadingZero = digits.count > 1 && digits.first == 0x30
    guard !leadingZero, let number = Int(String(decoding: digits, as: UTF8.self)) else {
      position = start
      throw problem("whole number below 2^63")
    }
    return number
  }

  /// Reads a string.
  package mutating func string() throws(SafetensorsProblem) -> String {
    try expect("\"")
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
    return text
  }

  private mutating func escaped() throws(SafetensorsProblem) -> Unicode.Scalar {
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
  private mutating func unicodeEscape() throws(SafetensorsProblem) -> Unicode.Scalar {
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

  private mutating func hexadecimal() throws(SafetensorsProblem) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ isxdigit($0) }),
      let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw problem("four hexadecimal digits") }
    position += 4
    return number
  }

  private func isxdigit(_ byte: UInt8) -> Bool {
    Unicode.Scalar(byte).properties.isASCIIHexDigit
  }
}

/// Text as a JSON string, escaped no more than must be, as the format's reference writer does.
package func jsonQuoted(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    case "\r": quoted += "\\r"
    case "\t": quoted += "\\t"
    case "\u{8}": quoted += "\\b"
    case "\u{c}": quoted += "\\f"
    case ..<" ":
      let digits = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
