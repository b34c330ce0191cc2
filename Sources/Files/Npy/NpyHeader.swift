/// A Swift type that `.npy` files can hold, under NumPy's name for it.
public protocol NpyElement: BitwiseCopyable, Sendable {
  /// NumPy's description, such as `<f4`.
  static var npyDescription: String { get }
}

extension UInt8: NpyElement {
  /// `uint8`.
  public static var npyDescription: String { "|u1" }
}
extension Bool: NpyElement {
  /// `bool`.
  public static var npyDescription: String { "|b1" }
}
extension Int32: NpyElement {
  /// `int32`.
  public static var npyDescription: String { "<i4" }
}
extension Int64: NpyElement {
  /// `int64`.
  public static var npyDescription: String { "<i8" }
}
extension Float: NpyElement {
  /// `float32`.
  public static var npyDescription: String { "<f4" }
}
extension UInt64: NpyElement {
  /// `uint64`.
  public static var npyDescription: String { "<u8" }
}

/// What the head of a `.npy` file of format 1.0 says.
///
/// - SeeAlso: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
package struct NpyHeader: Hashable {
  /// NumPy's description of an element.
  package var description: String
  /// Extents, row-major.
  package var shape: [Int]

  package init(description: String, shape: [Int]) {
    (self.description, self.shape) = (description, shape)
  }

  package static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]

  /// The head's bytes, padded so that the data begins at a multiple of 64.
  package var bytes: [UInt8] {
    let extents = shape.map { "\($0)," }.joined(separator: " ")
    let tuple = shape.count == 1 ? extents : String(extents.dropLast())
    let text = "{'descr': '\(description)', 'fortran_order': False, 'shape': (\(tuple)), }"
    let unpadded = Self.magic.count + 2 + text.utf8.count + 1
    let padding = (64 - unpadded % 64) % 64
    let length = UInt16(text.utf8.count + padding + 1)
    return Self.magic + [UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
      + [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
  }

  /// Bytes of the data, or nil where the number leaves the range of integers.
  package func dataSize(elementSize: Int) -> Int? {
    var size = elementSize
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      size = product
    }
    return size
  }

  /// What NumPy's description of an element means.
  package static func words(_ description: String) -> String {
    let name: String? =
      switch description {
      case "|b1": "true or false (bool)"
      case "|u1": "bytes (uint8)"
      case "|i1": "8-bit whole numbers (int8)"
      case "<i2": "16-bit whole numbers (int16)"
      case "<u2": "16-bit whole numbers of 0 or more (uint16)"
      case "<u4": "32-bit whole numbers of 0 or more (uint32)"
      case "<f2": "16-bit floats (float16)"
      case "<i4": "32-bit whole numbers (int32)"
      case "<i8": "64-bit whole numbers (int64)"
      case "<u8": "64-bit whole numbers of 0 or more (uint64)"
      case "<f4": "32-bit floats (float32)"
      case "<f8": "64-bit floats (float64)"
      default: nil
      }
    if let name { return name }
    return description.hasPrefix(">")
      ? "numbers of the other byte order ('\(description)')" : "elements '\(description)'"
  }

  /// Reads a head; returns it with the place where the data begins.
  package static func read(_ bytes: UnsafeRawBufferPointer) throws(NpyProblem) -> (NpyHeader, Int) {
    guard bytes.count >= 10 else {
      throw NpyProblem("has \(bytes.count) bytes, fewer than a .npy file's head", .truncated)
    }
    guard bytes.starts(with: magic) else {
      throw NpyProblem("is no .npy file of format 1.0: it begins otherwise", .foreign)
    }
    let end = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    guard end <= bytes.count else {
      throw NpyProblem("should have a head of \(end) bytes, has \(bytes.count)", .truncated)
    }
    var scanner = NpyHeaderScanner(bytes[10..<end])
    return (try scanner.header(), end)
  }
}

/// What is wrong with a `.npy` file.
package struct NpyProblem: Error {
  package enum Kind { case foreign, truncated }
  package var cause: String
  package var kind: Kind

  package init(_ cause: String, _ kind: Kind) {
    self.cause = cause
    self.kind = kind
  }

  package var remedy: String {
    switch kind {
    case .foreign: "give the file that belongs here, or collect the data again"
    case .truncated: "the file is cut short: copy it or collect the data again"
    }
  }
}

/// Reads the Python dictionary of the head, which holds three known keys.
private struct NpyHeaderScanner {
  private var rest: Slice<UnsafeRawBufferPointer>

  init(_ bytes: Slice<UnsafeRawBufferPointer>) {
    rest = bytes
  }

  mutating func header() throws(NpyProblem) -> NpyHeader {
    var (description, shape): (String?, [Int]?)
    try expect("{")
    while !pass("}") {
      let key = try text()
      try expect(":")
      switch key {
      case "descr": description = try text()
      case "fortran_order":
        guard !pass("True") else {
          throw NpyProblem(
            "is stored column by column (Fortran's order); save numpy.ascontiguousarray(x)",
            .foreign)
        }
        try expect("False")
      case "shape": shape = try tuple()
      default: throw NpyProblem("has an unknown key '\(key)' in its head", .foreign)
      }
      if !pass(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard rest.isEmpty, let description, let shape else {
      throw NpyProblem("has a head without type and shape, or with more after them", .foreign)
    }
    return NpyHeader(description: description, shape: shape)
  }

  private mutating func skipSpace() {
    while let byte = rest.first, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") {
      rest.removeFirst()
    }
  }

  private mutating func pass(_ mark: String) -> Bool {
    skipSpace()
    guard rest.starts(with: mark.utf8) else { return false }
    rest.removeFirst(mark.utf8.count)
    return true
  }

  private mutating func expect(_ mark: String) throws(NpyProblem) {
    guard pass(mark) else {
      throw NpyProblem("has a damaged head: '\(mark)' is lacking in it", .foreign)
    }
  }

  private mutating func text() throws(NpyProblem) -> String {
    let quote = pass("\"") ? UInt8(ascii: "\"") : UInt8(ascii: "'")
    if quote == UInt8(ascii: "'") { try expect("'") }
    let content = rest.prefix { $0 != quote }
    guard content.endIndex < rest.endIndex else {
      throw NpyProblem("has a text without end in its head", .foreign)
    }
    rest = rest[(content.endIndex + 1)...]
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func tuple() throws(NpyProblem) -> [Int] {
    var extents: [Int] = []
    try expect("(")
    while !pass(")") {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard let extent = Int(String(decoding: digits, as: UTF8.self)) else {
        throw NpyProblem("has an extent that is no whole number in its head", .foreign)
      }
      rest.removeFirst(digits.count)
      extents.append(extent)
      if !pass(",") {
        try expect(")")
        break
      }
    }
    return extents
  }
}
