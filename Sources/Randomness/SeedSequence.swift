/// Mixes an integer of any size, and the key of a named child, into seeds for generators.
///
/// Equal to NumPy's `SeedSequence(entropy, spawn_key=...)`, word for word.
///
/// - SeeAlso: M. E. O'Neill, "Developing a seed_seq Alternative" (2015); numpy/random/bit_generator.pyx.
public struct SeedSequence: Hashable, Sendable {
  private static let poolSize = 4
  private var pool: [UInt32]

  /// Creates the sequence of an unsigned integer and a path of child indices.
  ///
  /// - Parameters:
  ///   - entropy: the root seed.
  ///   - spawnKey: one entry a level below the root; empty for the root itself.
  public init(_ entropy: UInt64, spawnKey: [UInt32] = []) {
    var words = [UInt32(truncatingIfNeeded: entropy)]
    if entropy >> 32 != 0 { words.append(UInt32(entropy >> 32)) }
    self.init(words: words, spawnKey: spawnKey)
  }

  /// Creates the sequence of an integer of any size.
  ///
  /// - Parameters:
  ///   - words: the integer's 32-bit words, lowest first, without leading zero words.
  ///   - spawnKey: one entry a level below the root.
  public init(words: [UInt32], spawnKey: [UInt32] = []) {
    var entropy = words
    if !spawnKey.isEmpty {
      while entropy.count < Self.poolSize { entropy.append(0) }
      entropy += spawnKey
    }
    var hash = Hash(multiplier: 0x43b0_d7e5, step: 0x931e_8875)
    pool = (0..<Self.poolSize).map { hash.mix(($0 < entropy.count) ? entropy[$0] : 0) }
    for source in 0..<Self.poolSize {
      for target in 0..<Self.poolSize where target != source {
        pool[target] = Self.combine(pool[target], hash.mix(pool[source]))
      }
    }
    for source in entropy.dropFirst(Self.poolSize) {
      for target in 0..<Self.poolSize {
        pool[target] = Self.combine(pool[target], hash.mix(source))
      }
    }
  }

  /// Returns `count` 32-bit words of seed material.
  public func words32(_ count: Int) -> [UInt32] {
    var hash = Hash(multiplier: 0x8b51_f9dd, step: 0x58f3_8ded)
    return (0..<count).map { hash.mix(pool[$0 % Self.poolSize]) }
  }

  /// Returns `count` 64-bit words of seed material, each of two 32-bit words, the lower first.
  public func words64(_ count: Int) -> [UInt64] {
    let words = words32(2 * count)
    return (0..<count).map { UInt64(words[2 * $0]) | UInt64(words[2 * $0 + 1]) << 32 }
  }

  private static func combine(_ x: UInt32, _ y: UInt32) -> UInt32 {
    let value = 0xca01_f9dd &* x &- 0x4973_f715 &* y
    return value ^ (value >> 16)
  }

  /// The running multiplicative hash of the mixing rounds.
  private struct Hash {
    var multiplier: UInt32
    let step: UInt32

    mutating func mix(_ input: UInt32) -> UInt32 {
      var value = input ^ multiplier
      multiplier = multiplier &* step
      value = value &* multiplier
      return value ^ (value >> 16)
    }
  }
}
