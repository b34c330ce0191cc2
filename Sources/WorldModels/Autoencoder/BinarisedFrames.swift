import Datasets
import Randomness

/// Pictures of another source drawn as zeros and ones, each frame once and for all.
package final class BinarisedFrames: DerivedFrames {
  package let base: any FrameSource
  private let rootSeed: UInt64

  /// Draws by the streams `vision/binarise/frame/<frame>` of a root seed.
  package init(_ base: any FrameSource, rootSeed: UInt64) {
    (self.base, self.rootSeed) = (base, rootSeed)
  }

  package func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) throws {
    try base.readFrame(frame, into: bytes)
    var coins = RandomStream(root: rootSeed, name: "vision/binarise/frame/\(frame)")
    Binarisation.draw(bytes, &coins)
  }
}
