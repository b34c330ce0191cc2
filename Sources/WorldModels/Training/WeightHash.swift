import Layers
import Tensors

extension Parameterized {
  /// A hash of all parameters, bit by bit and in order: FNV-1a over words of 32 bits.
  package var weightHash: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for (_, value) in parameters {
      for scalar in value.scalars {
        hash = (hash ^ UInt64(scalar.bitPattern)) &* 0x100_0000_01b3
      }
    }
    return hash
  }
}
