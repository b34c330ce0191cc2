/// A message in the wire format of protocol buffers: fields by number.
///
/// - SeeAlso: https://protobuf.dev/programming-guides/encoding/
struct WireMessage: Hashable, Sendable {
  /// The encoded fields.
  private(set) var bytes: [UInt8] = []

  private enum Kind: UInt64 {
    case varint = 0
    case eightBytes = 1
    case counted = 2
    case fourBytes = 5
  }

  /// A whole number, of any of the signed kinds.
  mutating func add(_ field: Int, _ value: Int) {
    key(field, .varint)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// A number of double precision.
  mutating func add(_ field: Int, _ value: Double) {
    key(field, .eightBytes)
    bytes += value.bitPattern.littleEndianBytes
  }

  /// A number of single precision.
  mutating func add(_ field: Int, _ value: Float) {
    key(field, .fourBytes)
    bytes += value.bitPattern.littleEndianBytes
  }

  /// Bytes.
  mutating func add(_ field: Int, _ value: [UInt8]) {
    key(field, .counted)
    varint(UInt64(value.count))
    bytes += value
  }

  /// A text in UTF-8.
  mutating func add(_ field: Int, _ text: String) { add(field, [UInt8](text.utf8)) }

  /// A message within.
  mutating func add(_ field: Int, _ fill: (inout WireMessage) -> Void) {
    var inner = WireMessage()
    fill(&inner)
    add(field, inner.bytes)
  }

  private mutating func key(_ field: Int, _ kind: Kind) {
    varint(UInt64(field) << 3 | kind.rawValue)
  }

  /// Seven bits a byte, the lowest first; the eighth says that more follow.
  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 127 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

extension FixedWidthInteger {
  /// The number's bytes, the lowest first.
  package var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
