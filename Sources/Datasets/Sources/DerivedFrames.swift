import EnvironmentKit

/// Frames of another source, with something about them changed: what is not said anew is the other's.
package protocol DerivedFrames: FrameSource {
  /// The other source.
  var base: any FrameSource { get }
}

extension DerivedFrames {
  /// The other's.
  package var frameShape: [Int] { frameFormat.shape }
  /// The other's.
  package var frameFormat: FrameFormat { base.frameFormat }
  /// The other's.
  package var frameCount: Int { base.frameCount }
  /// The other's.
  package var frameFacts: [Fact] { base.frameFacts }
  /// The other's.
  package var frameGroups: [Range<Int>] { base.frameGroups }
  /// The other's.
  package var countedWords: [String] { base.countedWords }
  /// The other's.
  package var contentHash: String { base.contentHash }

  /// The other's.
  package func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) throws {
    try base.readFrame(frame, into: bytes)
  }

  /// The other's.
  package func frameName(_ frame: Int) -> String? { base.frameName(frame) }

  /// The other's.
  package func readFacts(_ frame: Int) throws -> [Float] { try base.readFacts(frame) }
}
