#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

extension RandomStream {
  /// A number of the standard normal distribution; NumPy's `standard_normal()`.
  ///
  /// - SeeAlso: G. Marsaglia and W. W. Tsang, "The Ziggurat Method for Generating Random Variables"
  ///   (2000), with 256 layers and 52-bit candidates.
  public mutating func standardNormal() -> Double {
    while true {
      let word = generator.nextUInt64()
      let layer = Int(word & 0xff)
      let candidate = word >> 9 & 0xf_ffff_ffff_ffff
      let size = Double(candidate) * ZigguratTables.widths[layer]
      let value = Double(bitPattern: size.bitPattern ^ (word & 0x100) << 55)
      if candidate < ZigguratTables.inner[layer] { return value }
      if layer == 0 { return tail(negative: candidate & 0x100 != 0) }
      if liesUnderCurve(value, layer) { return value }
    }
  }

  /// Whether a candidate at the rim of a layer is kept.
  private mutating func liesUnderCurve(_ value: Double, _ layer: Int) -> Bool {
    let (above, here) = (ZigguratTables.heights[layer - 1], ZigguratTables.heights[layer])
    return (above - here) * generator.nextDouble() + here < exp(-0.5 * value * value)
  }

  /// A number beyond the widest layer, by Marsaglia's method.
  private mutating func tail(negative: Bool) -> Double {
    while true {
      let excess = -ZigguratTables.inverseTail * log1p(-generator.nextDouble())
      let margin = -log1p(-generator.nextDouble())
      if margin + margin > excess * excess {
        return negative ? -(ZigguratTables.tail + excess) : ZigguratTables.tail + excess
      }
    }
  }

  /// Fills with the standard normal distribution; NumPy's `standard_normal(count, dtype=float32)`.
  ///
  /// A number costs 32 random bits, so that these are other numbers than `standardNormal()` gives.
  public mutating func fillStandardNormal(_ values: UnsafeMutableBufferPointer<Float>) {
    ZigguratTables.inner23.withUnsafeBufferPointer { inner in
      ZigguratTables.widths23.withUnsafeBufferPointer { widths in
        var stream = self
        for index in values.indices { values[index] = stream.normal23(inner, widths) }
        self = stream
      }
    }
  }

  @inline(__always)
  private mutating func normal23(
    _ inner: UnsafeBufferPointer<UInt32>, _ widths: UnsafeBufferPointer<Float>
  ) -> Float {
    while true {
      let word = generator.nextUInt32()
      let layer = Int(word & 0xff)
      let candidate = word >> 9
      let size = Float(candidate) * widths[layer]
      // No branch on the sign: every second one would be foreseen wrongly.
      let value = Float(bitPattern: size.bitPattern ^ (word & 0x100) << 23)
      if candidate < inner[layer] { return value }
      if layer == 0 { return tail23(negative: candidate & 0x100 != 0) }
      if liesUnderCurve23(value, layer) { return value }
    }
  }

  @inline(never)
  private mutating func liesUnderCurve23(_ value: Float, _ layer: Int) -> Bool {
    let (above, here) = (ZigguratTables.heights23[layer - 1], ZigguratTables.heights23[layer])
    let height = (above - here) * generator.nextFloat() + here
    return Double(height) < exp(-0.5 * Double(value) * Double(value))
  }

  @inline(never)
  private mutating func tail23(negative: Bool) -> Float {
    let (start, inverse) = (Float(ZigguratTables.tail), Float(ZigguratTables.inverseTail))
    while true {
      let excess = -inverse * log1pf(-generator.nextFloat())
      let margin = -log1pf(-generator.nextFloat())
      if margin + margin > excess * excess {
        return negative ? -(start + excess) : start + excess
      }
    }
  }
}
