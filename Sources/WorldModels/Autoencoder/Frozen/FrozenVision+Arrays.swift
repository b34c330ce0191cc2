extension FrozenVision {
  /// Encodes pictures that lie one after the other.
  ///
  /// - Parameter frames: `[count]` and the frame's shape, in 0...255.
  /// - Returns: means of the latents, `[count, latentSize]`.
  public func encode(_ frames: [UInt8]) -> [Float] {
    precondition(
      frames.count.isMultiple(of: frameBytes),
      "FrozenVision.encode: \(frames.count) bytes are no frames of \(frameShape)")
    let count = frames.count / frameBytes
    return [Float](unsafeUninitializedCapacity: count * latentSize) { means, initialized in
      frames.withUnsafeBufferPointer { encode($0, count: count, mean: means) }
      initialized = count * latentSize
    }
  }

  /// Decodes latents to pictures.
  ///
  /// - Parameter latents: `[count, latentSize]`.
  /// - Returns: `[count]` and the frame's shape, in 0...255.
  public func decode(_ latents: [Float]) -> [UInt8] {
    precondition(
      latents.count.isMultiple(of: latentSize),
      "FrozenVision.decode: \(latents.count) numbers are no latents of \(latentSize)")
    let count = latents.count / latentSize
    return [UInt8](unsafeUninitializedCapacity: count * frameBytes) { frames, initialized in
      latents.withUnsafeBufferPointer { decode($0, count: count, into: frames) }
      initialized = count * frameBytes
    }
  }
}

extension VisionTrainer {
  /// Takes one training step on pictures that lie one after the other.
  ///
  /// - Parameter frames: `[count]` and the frame's shape, in 0...255, 1 or more.
  public func step(_ frames: [UInt8]) -> VisionStep {
    let size = model.format.size
    return frames.withUnsafeBufferPointer { step($0, count: frames.count / size) }
  }
}
