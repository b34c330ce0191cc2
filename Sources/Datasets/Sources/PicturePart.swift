/// The picture that frames of another source begin with, without what stands beside it, such as a direction.
final class PicturePart: DerivedFrames {
  let base: any FrameSource
  let frameFormat: FrameFormat

  /// Takes the first field of frames whose format says that it has three extents.
  init(_ base: any FrameSource) {
    precondition(
      base.frameFormat.kind == .pictures && !base.frameFormat.grid.isEmpty,
      "PicturePart: frames of \(base.frameFormat); give some that begin with a picture")
    self.base = base
    frameFormat = FrameFormat(shape: base.frameFormat.grid)
  }

  func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) throws {
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: base.frameSize) { whole in
      try base.readFrame(frame, into: whole)
      _ = bytes.update(fromContentsOf: whole[..<bytes.count])
    }
  }
}
