/// The permuted congruential generator PCG64 (XSL-RR, 128-bit state), as NumPy seeds and reads it.
///
/// - SeeAlso: M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
///   Algorithms for Random Number Generation" (2014).
public struct PCG64: Hashable, Sendable {
  private static let multiplier: UInt128 =
    (UInt128(2_549_297_995_355_413_924) << 64) | UInt128(4_865_540_595_714_422_341)

  private(set) var state: UInt128
  private(set) var increment: UInt128
  /// The upper half of the last 64-bit word, kept for the next 32-bit request.
  private(set) var spare: UInt32?

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

  private mutating func advance() {
    state = state &* Self.multiplier &+ increment
  }

  /// The next 64 random bits; leaves the spare 32 bits alone.
  public mutating func nextUInt64() -> UInt64 {
    advance()
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return folded >> turn | folded << ((64 &- turn) & 63)
  }

  /// The next 32 random bits: the lower half of a new word, then its upper half.
  public mutating func nextUInt32() -> UInt32 {
    if let kept = spare {
      spare = nil
      return kept
    }
    let word = nextUInt64()
    spare = UInt32(word >> 32)
    return UInt32(truncatingIfNeeded: word)
  }

  /// A uniform number in 0..<1 with 53 random bits.
  public mutating func nextDouble() -> Double {
    Double(nextUInt64() >> 11) * 0x1p-53
  }
}
