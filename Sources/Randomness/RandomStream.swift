/// A reproducible stream of random numbers: NumPy's `Generator(PCG64(...))`, bit for bit.
///
/// A value: copying it forks the stream into two equal ones. Every stream of a run is split off one
/// root seed by name, so that adding a consumer shifts no other and Python can reproduce any of them:
/// `np.random.Generator(np.random.PCG64(np.random.SeedSequence(root, spawn_key=list(b"a/b"))))`.
/// Encoding a stream keeps its place for a checkpoint.
@frozen
public struct RandomStream: Hashable, Sendable {
  @usableFromInline
  var generator: PCG64

  /// Creates the stream of `numpy.random.default_rng(seed)`.
  public init(seed: UInt64) {
    generator = PCG64(SeedSequence(seed))
  }

  /// Creates the stream of NumPy's `Generator(PCG64(seeds))`.
  public init(_ seeds: SeedSequence) {
    generator = PCG64(seeds)
  }

  /// Creates the stream called `name` of a root seed.
  ///
  /// - Parameters:
  ///   - root: the root seed of the run.
  ///   - name: a path such as `collect/episode/12`; its UTF-8 bytes are the spawn key.
  public init(root: UInt64, name: String) {
    generator = PCG64(SeedSequence(root, spawnKey: name.utf8.map(UInt32.init)))
  }

  /// The next 64 random bits.
  @inlinable
  public mutating func nextUInt64() -> UInt64 { generator.nextUInt64() }

  /// The next 32 random bits, buffered as NumPy buffers them.
  @inlinable
  public mutating func nextUInt32() -> UInt32 { generator.nextUInt32() }

  /// A uniform number in 0..<1; NumPy's `random()`.
  @inlinable
  public mutating func random() -> Double { generator.nextDouble() }

  /// A uniform number in `low..<high`; NumPy's `uniform(low, high)`.
  @inlinable
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * generator.nextDouble()
  }

  /// A uniform integer of a half-open range; NumPy's `integers(low, high)`.
  ///
  /// - Precondition: the range is not empty. A range of one value consumes nothing.
  @inlinable
  public mutating func integers(in range: Range<Int>) -> Int {
    precondition(!range.isEmpty, "integers(in:): the range is empty; give low < high")
    let span = UInt64(bitPattern: Int64(range.upperBound &- 1 &- range.lowerBound))
    return range.lowerBound &+ Int(truncatingIfNeeded: bounded(span))
  }

  /// A uniform integer in `0...last`, by Lemire's method with rejection.
  ///
  /// - SeeAlso: D. Lemire, "Fast Random Integer Generation in an Interval" (2019).
  @inlinable
  mutating func bounded(_ last: UInt64) -> UInt64 {
    switch last {
    case 0: return 0
    case ..<0xFFFF_FFFF: return UInt64(bounded32(UInt32(truncatingIfNeeded: last)))
    case 0xFFFF_FFFF: return UInt64(generator.nextUInt32())
    case .max: return generator.nextUInt64()
    default: return bounded64(last)
    }
  }

  @inlinable
  mutating func bounded32(_ last: UInt32) -> UInt32 {
    let count = UInt64(last) &+ 1
    var product = UInt64(generator.nextUInt32()) &* count
    if product & 0xFFFF_FFFF < count {
      let threshold = UInt64((UInt32.max &- last) % UInt32(truncatingIfNeeded: count))
      while product & 0xFFFF_FFFF < threshold {
        product = UInt64(generator.nextUInt32()) &* count
      }
    }
    return UInt32(truncatingIfNeeded: product >> 32)
  }

  @usableFromInline
  mutating func bounded64(_ last: UInt64) -> UInt64 {
    let count = last &+ 1
    var product = generator.nextUInt64().multipliedFullWidth(by: count)
    if product.low < count {
      let threshold = (UInt64.max &- last) % count
      while product.low < threshold {
        product = generator.nextUInt64().multipliedFullWidth(by: count)
      }
    }
    return product.high
  }
}

extension RandomStream: Codable {
  /// Reads the place that `encode` wrote.
  public init(from decoder: any Decoder) throws {
    generator = try PCG64(from: decoder)
  }

  /// Writes the place in the stream: the generator's `state`, `increment` and `spare`.
  public func encode(to encoder: any Encoder) throws {
    try generator.encode(to: encoder)
  }
}
