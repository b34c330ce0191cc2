import Files

/// The frames of another source at another size.
final class ScaledFrames: DerivedFrames {
  let base: any FrameSource
  private let pictures: FrameFile

  var frameFormat: FrameFormat { pictures.frameFormat }
  var contentHash: String { pictures.contentHash }

  /// Scales every frame once.
  init(_ base: any FrameSource, path: String, _ preparation: FramePreparation) throws {
    self.base = base
    let scaler = FrameScaler(from: base.frameShape, to: preparation.size, preparation.fit)
    var whole = [UInt8](repeating: 0, count: base.frameSize)
    pictures = try FrameFile.written(
      base.frameCount, FrameFormat(shape: preparation.shape(of: base.frameShape)), path: path,
      preparation
    ) { frame, bytes in
      try whole.withUnsafeMutableBufferPointer { try base.readFrame(frame, into: $0) }
      whole.withUnsafeBufferPointer { scaler.scale($0, into: bytes) }
    }
  }

  func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) throws {
    try pictures.readFrame(frame, into: bytes)
  }
}
