/// A checksum of bytes that come in any pieces: XXH64 with seed 0, which finds damage, not malice.
///
/// - SeeAlso: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
package struct Checksum: Sendable {
  private static let primes: [UInt64] = [
    11_400_714_785_074_694_791, 14_029_467_366_897_019_727, 1_609_587_929_392_839_161,
    9_650_029_242_287_828_579, 2_870_177_450_012_600_261,
  ]

  private var lanes: SIMD4<UInt64>
  /// Bytes that do not fill a block of 32 yet.
  private var rest: [UInt8] = []
  private var length: UInt64 = 0

  /// Begins a checksum.
  package init() {
    let (first, second) = (Self.primes[0], Self.primes[1])
    lanes = [first &+ second, second, 0, 0 &- first]
    rest.reserveCapacity(32)
  }

  /// The checksum of bytes that lie together.
  package init(of bytes: UnsafeRawBufferPointer) {
    self.init()
    add(bytes)
  }

  /// The checksum of a text in UTF-8.
  package init(of text: String) {
    self.init()
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// Takes in further bytes.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    length &+= UInt64(bytes.count)
    var start = 0
    if !rest.isEmpty {
      start = min(32 - rest.count, bytes.count)
      rest += bytes[..<start]
      guard rest.count == 32 else { return }
      rest.withUnsafeBytes { lanes = Self.mixed(lanes, $0, 0, blocks: 1) }
      rest.removeAll(keepingCapacity: true)
    }
    let blocks = (bytes.count - start) / 32
    lanes = Self.mixed(lanes, bytes, start, blocks: blocks)
    rest += bytes[(start + 32 * blocks)...]
  }

  private static func mixed(
    _ lanes: SIMD4<UInt64>, _ bytes: UnsafeRawBufferPointer, _ start: Int, blocks: Int
  ) -> SIMD4<UInt64> {
    var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
    let (first, second) = (primes[0], primes[1])
    for block in 0..<blocks {
      let place = start &+ 32 &* block
      a = round(a, bytes.word(at: place), first, second)
      b = round(b, bytes.word(at: place &+ 8), first, second)
      c = round(c, bytes.word(at: place &+ 16), first, second)
      d = round(d, bytes.word(at: place &+ 24), first, second)
    }
    return [a, b, c, d]
  }

  @inline(__always)
  private static func round(
    _ lane: UInt64, _ word: UInt64, _ first: UInt64, _ second: UInt64
  ) -> UInt64 {
    (lane &+ word &* second).rotated(31) &* first
  }

  /// The checksum of all bytes so far.
  package var value: UInt64 {
    var hash = length >= 32 ? merged : Self.primes[4]
    hash &+= length
    rest.withUnsafeBytes { hash = Self.finished(hash, $0) }
    hash = (hash ^ hash >> 33) &* Self.primes[1]
    hash = (hash ^ hash >> 29) &* Self.primes[2]
    return hash ^ hash >> 32
  }

  /// The checksum in 16 hexadecimal digits.
  package var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private var merged: UInt64 {
    let (first, second, fourth) = (Self.primes[0], Self.primes[1], Self.primes[3])
    var hash =
      lanes[0].rotated(1) &+ lanes[1].rotated(7) &+ lanes[2].rotated(12) &+ lanes[3].rotated(18)
    for lane in 0..<4 {
      hash = (hash ^ Self.round(0, lanes[lane], first, second)) &* first &+ fourth
    }
    return hash
  }

  /// Mixes in the bytes after the last whole block.
  private static func finished(_ hash: UInt64, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let (first, second) = (primes[0], primes[1])
    var (hash, place) = (hash, 0)
    while place + 8 <= bytes.count {
      hash ^= round(0, bytes.word(at: place), first, second)
      hash = hash.rotated(27) &* first &+ primes[3]
      place += 8
    }
    if place + 4 <= bytes.count {
      let half = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      hash = (hash ^ UInt64(half) &* first).rotated(23) &* second &+ primes[2]
      place += 4
    }
    while place < bytes.count {
      hash = (hash ^ UInt64(bytes[place]) &* primes[4]).rotated(11) &* first
      place += 1
    }
    return hash
  }
}

extension UInt64 {
  @inline(__always)
  fileprivate func rotated(_ bits: UInt64) -> UInt64 { self &<< bits | self &>> (64 &- bits) }
}

extension UnsafeRawBufferPointer {
  @inline(__always)
  fileprivate func word(at place: Int) -> UInt64 {
    UInt64(littleEndian: loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }
}
