import Files

/// The bytes of another source, taken for codes of cells.
final class RecodedFrames: DerivedFrames {
  let base: any FrameSource
  let frameFormat: FrameFormat

  /// Looks at every frame once, for the greatest code.
  ///
  /// - Throws: where it is beyond the number of classes that is asked for.
  init(_ base: any FrameSource, path: String, _ preparation: FramePreparation) throws {
    var greatest: UInt8 = 0
    var bytes = [UInt8](repeating: 0, count: base.frameSize)
    for frame in 0..<base.frameCount {
      try bytes.withUnsafeMutableBufferPointer { try base.readFrame(frame, into: $0) }
      greatest = max(greatest, bytes.max() ?? 0)
      try preparation.progress(frame + 1, base.frameCount)
    }
    self.base = base
    let classes = try CellFrames.classes(greatest: Int(greatest), path: path, preparation)
    frameFormat = base.frameFormat.asCells(classes: classes)
  }
}
