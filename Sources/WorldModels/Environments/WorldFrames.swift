import EnvironmentKit

/// The frames that a model looks at, out of what worlds write.
final class WorldFrames {
  /// Where a frame lies within an observation.
  private let range: Range<Int>
  private let observationCount: Int
  /// `[slot, frame]`; empty where observations are frames and nothing else.
  private let gathered: OwnedBuffer<UInt8>

  /// Finds the frames of a world.
  ///
  /// - Parameter shape: the extents that the model takes: those of the field `image`, or of a world's
  ///   only field, or the bytes of a whole observation.
  /// - Throws: where the world shows no frame of that shape.
  init(_ world: any EnvironmentBatch<UInt8>, shape: [Int]) throws(EnvironmentError) {
    let space = world.observationSpace
    if let image = space.range(of: "image"), space.image?.shape == shape {
      range = image
    } else if space.frameShape == shape || [space.count] == shape {
      range = 0..<space.count
    } else {
      throw EnvironmentError(
        operation: "encode", place: world.specification.id,
        cause: "the model takes frames of \(shape), the world shows "
          + "\(space.fields.map { "\($0.name) \($0.shape)" })",
        remedy: "observe the world in a way that the model takes: agent.observation")
    }
    observationCount = space.count
    gathered = OwnedBuffer(range.count == space.count ? 0 : world.count * range.count, zero: 0)
  }

  /// The frame of one slot, within what a world has written.
  func frame(_ slot: Int, of buffers: BatchBuffers<UInt8>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: buffers.observation(slot)[range])
  }

  /// The frames by slot; copied together where observations hold other fields too.
  func gathered(
    from observations: UnsafeMutableBufferPointer<UInt8>, _ slots: [Int]
  ) -> UnsafeBufferPointer<UInt8> {
    guard range.count != observationCount else { return UnsafeBufferPointer(observations) }
    for slot in slots {
      let first = slot * observationCount
      _ = gathered.row(slot, range.count).update(
        fromContentsOf: observations[first + range.lowerBound..<first + range.upperBound])
    }
    return UnsafeBufferPointer(gathered.elements)
  }
}
