import Randomness

/// Draws batches of training frames, a stream a step, so that a resumed run draws the same.
struct FrameSampler {
  /// Global indices of the frames that may be drawn.
  let frames: [Int]
  let rootSeed: UInt64
  let batchSize: Int

  /// The frames of one step.
  func indices(step: Int) -> [Int] {
    var stream = RandomStream(root: rootSeed, name: "vision/batch/\(step)")
    return (0..<batchSize).map { _ in frames[stream.integers(in: 0..<frames.count)] }
  }
}
