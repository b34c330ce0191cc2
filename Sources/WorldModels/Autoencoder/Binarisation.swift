import Randomness

/// Pictures of zeros and ones, each drawn with the pixel's value for probability.
///
/// - SeeAlso: R. Salakhutdinov, I. Murray, "On the quantitative analysis of deep belief networks" (2008):
///   binarised MNIST; Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted Autoencoders" (2016),
///   section 5: drawn anew at each access.
package enum Binarisation {
  /// Replaces bytes by 0 or 255, 255 with probability byte / 255 to within 2⁻¹⁶.
  ///
  /// - Parameter stream: of which a 64-bit word is taken for every four bytes.
  package static func draw(_ bytes: UnsafeMutableBufferPointer<UInt8>, _ stream: inout RandomStream)
  {
    for start in stride(from: 0, to: bytes.count, by: 4) {
      var word = stream.nextUInt64()
      for index in start..<min(start + 4, bytes.count) {
        let level = ((word & 0xFFFF) * 255) >> 16
        bytes[index] = level < UInt64(bytes[index]) ? 255 : 0
        word >>= 16
      }
    }
  }
}
