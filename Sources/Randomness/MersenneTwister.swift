/// The generator MT19937 as NumPy's legacy `RandomState(seed)` seeds and reads it, number for number.
///
/// For worlds that equal a library which draws from it; everything else here draws from `RandomStream`. A
/// value without memory of its own: a copy forks it. Each word is renewed when it is read, so that every
/// number costs the same.
///
/// - SeeAlso: M. Matsumoto and T. Nishimura, "Mersenne Twister: A 623-Dimensionally Equidistributed Uniform
///   Pseudo-Random Number Generator" (1998); the seeding is that of their revision of 2002.
public struct MersenneTwister: Sendable {
  private static let (length, middle) = (624, 397)

  @usableFromInline var words = InlineArray<624, UInt32>(repeating: 0)
  @usableFromInline var place = 0

  /// Creates the generator of NumPy's `RandomState(seed)`.
  ///
  /// - Parameter seed: NumPy takes no more than 32 bits; of a longer seed this is its
  ///   `RandomState([lower word, upper word])`.
  public init(seed: UInt64) {
    let (lower, upper) = (UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32))
    if upper == 0 {
      start(lower)
    } else {
      start(mixing: lower, upper)
    }
  }

  private mutating func start(_ seed: UInt32) {
    words[0] = seed
    for index in 1..<Self.length {
      words[index] = 1_812_433_253 &* scrambled(index - 1) &+ UInt32(index)
    }
  }

  private mutating func start(mixing lower: UInt32, _ upper: UInt32) {
    start(19_650_218)
    var index = 1
    for round in 0..<Self.length {
      let (key, place) = round % 2 == 0 ? (lower, 0) : (upper, UInt32(1))
      words[index] = (words[index] ^ (scrambled(index - 1) &* 1_664_525)) &+ key &+ place
      index = next(index)
    }
    for _ in 1..<Self.length {
      words[index] = (words[index] ^ (scrambled(index - 1) &* 1_566_083_941)) &- UInt32(index)
      index = next(index)
    }
    words[0] = 0x8000_0000
  }

  private func scrambled(_ index: Int) -> UInt32 { words[index] ^ (words[index] >> 30) }

  /// The index after one, in 1…623; what stood last goes on to the front.
  private mutating func next(_ index: Int) -> Int {
    guard index + 1 == Self.length else { return index + 1 }
    words[0] = words[index]
    return 1
  }

  /// The next 32 random bits.
  @inlinable
  public mutating func nextUInt32() -> UInt32 {
    let following = place == 623 ? 0 : place &+ 1
    let across = place < 227 ? place &+ 397 : place &- 227
    let joined = words[place] & 0x8000_0000 | words[following] & 0x7FFF_FFFF
    var word = words[across] ^ (joined >> 1) ^ (0 &- (joined & 1)) & 0x9908_B0DF
    words[place] = word
    place = following
    word ^= word >> 11
    word ^= word << 7 & 0x9D2C_5680
    word ^= word << 15 & 0xEFC6_0000
    return word ^ word >> 18
  }

  /// A uniform number in 0..<1 with 53 random bits; NumPy's `random_sample()` and `rand()`.
  @inlinable
  public mutating func random() -> Double {
    let (upper, lower) = (nextUInt32() >> 5, nextUInt32() >> 6)
    return (Double(upper) * 0x1p26 + Double(lower)) * 0x1p-53
  }

  /// A uniform integer of a half-open range; NumPy's `randint(low, high)`, and `choice` of as many things.
  ///
  /// - Precondition: the range is not empty and holds at most 2³² numbers. One of a single number consumes
  ///   nothing.
  @inlinable
  public mutating func integers(in range: Range<Int>) -> Int {
    precondition(
      !range.isEmpty && range.count <= 1 << 32,
      "integers(in: \(range)): give a range of 1 to 2³² numbers")
    let last = UInt32(truncatingIfNeeded: range.count &- 1)
    guard last > 0 else { return range.lowerBound }
    let mask = UInt32.max >> UInt32(last.leadingZeroBitCount)
    while true {
      let drawn = nextUInt32() & mask
      if drawn <= last { return range.lowerBound &+ Int(drawn) }
    }
  }
}
