/// Some of the kinds of things of a world, as bits.
struct KindSet: Hashable, Sendable, BitwiseCopyable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  /// Kinds that a world can have, 0 being nothing.
  static let capacity = 127

  init() {}

  init(_ kinds: some Sequence<Int>) {
    for kind in kinds { insert(kind) }
  }

  @inline(__always)
  func contains(_ kind: UInt8) -> Bool {
    (kind < 64 ? low >> UInt64(kind) : high >> UInt64(kind & 63)) & 1 == 1
  }

  mutating func insert(_ kind: Int) {
    if kind < 64 { low |= 1 << UInt64(kind) } else { high |= 1 << UInt64(kind - 64) }
  }

  var isEmpty: Bool { low | high == 0 }

  /// The kind of a set of one; nil of others.
  @inline(__always)
  var only: UInt8? {
    guard low.nonzeroBitCount &+ high.nonzeroBitCount == 1 else { return nil }
    return UInt8(
      truncatingIfNeeded: low != 0 ? low.trailingZeroBitCount : 64 &+ high.trailingZeroBitCount)
  }

  /// The kinds, lowest first.
  var kinds: [Int] { (0...Self.capacity).filter { contains(UInt8($0)) } }

  func union(_ other: KindSet) -> KindSet {
    var result = self
    result.low |= other.low
    result.high |= other.high
    return result
  }

  func intersection(_ other: KindSet) -> KindSet {
    var result = self
    result.low &= other.low
    result.high &= other.high
    return result
  }

  func isSubset(of other: KindSet) -> Bool { intersection(other) == self }

  /// Adds up a table's entries of the kinds.
  @inline(__always)
  func sum(_ table: UnsafePointer<Int32>) -> Int32 {
    var total: Int32 = 0
    var rest = low
    while rest != 0 {
      total &+= table[rest.trailingZeroBitCount]
      rest &= rest &- 1
    }
    rest = high
    while rest != 0 {
      total &+= table[64 &+ rest.trailingZeroBitCount]
      rest &= rest &- 1
    }
    return total
  }
}
