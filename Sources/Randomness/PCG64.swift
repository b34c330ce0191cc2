/// The permuted congruential generator PCG64 (XSL-RR, 128-bit state), as NumPy seeds and reads it.
///
/// - SeeAlso: M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
///   Algorithms for Random Number Generation" (2014).
@frozen
public struct PCG64: Hashable, Sendable {
  @usableFromInline
  var state: UInt128
  @usableFromInline
  var increment: UInt128
  /// The upper half of the last 64-bit word, kept for the next 32-bit request.
  @usableFromInline
  var spare: UInt32?

  /// Creates the generator that NumPy's `PCG64(SeedSequence)` is.
  public init(_ seeds: SeedSequence) {
    let words = seeds.words64(4)
    let start = UInt128(words[0]) << 64 | UInt128(words[1])
    let sequence = UInt128(words[2]) << 64 | UInt128(words[3])
    increment = sequence << 1 | 1
    state = increment &+ start
    advance()
  }

  init(state: UInt128, increment: UInt128, spare: UInt32?) {
    self.state = state
    self.increment = increment
    self.spare = spare
  }

  @inlinable
  mutating func advance() {
    let multiplier =
      (UInt128(2_549_297_995_355_413_924) << 64) | UInt128(4_865_540_595_714_422_341)
    state = state &* multiplier &+ increment
  }

  /// The next 64 random bits; leaves the spare 32 bits alone.
  @inlinable
  public mutating func nextUInt64() -> UInt64 {
    advance()
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return folded >> turn | folded << ((64 &- turn) & 63)
  }

  /// The next 32 random bits: the lower half of a new word, then its upper half.
  @inlinable
  public mutating func nextUInt32() -> UInt32 {
    if let kept = spare {
      spare = nil
      return kept
    }
    let word = nextUInt64()
    spare = UInt32(truncatingIfNeeded: word >> 32)
    return UInt32(truncatingIfNeeded: word)
  }

  /// A uniform number in 0..<1 with 53 random bits.
  @inlinable
  public mutating func nextDouble() -> Double {
    Double(nextUInt64() >> 11) * 0x1p-53
  }

  /// A uniform number in 0..<1 with 24 of the next 32 random bits.
  @inlinable
  public mutating func nextFloat() -> Float {
    Float(nextUInt32() >> 8) * 0x1p-24
  }
}

extension PCG64: Codable {
  private enum CodingKeys: CodingKey { case state, increment, spare }

  /// Reads what `encode` wrote; throws where a number is not a decimal of 128 bits.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> UInt128 {
      guard let value = UInt128(try fields.decode(String.self, forKey: key)) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: fields, debugDescription: "not a decimal number of 128 bits")
      }
      return value
    }
    state = try number(.state)
    increment = try number(.increment)
    spare = try fields.decodeIfPresent(UInt32.self, forKey: .spare)
    guard increment & 1 == 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .increment, in: fields, debugDescription: "an increment is odd")
    }
  }

  /// Writes `state` and `increment` as decimal strings, and `spare` where there is one.
  ///
  /// They are NumPy's `bit_generator.state`: `state`, `inc`, and `uinteger` while `has_uint32` is 1.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(String(state), forKey: .state)
    try fields.encode(String(increment), forKey: .increment)
    try fields.encodeIfPresent(spare, forKey: .spare)
  }
}
