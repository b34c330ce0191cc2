import Layers
import Randomness
import Tensors
import TestSupport
import Testing
import WorldModels

/// V at frames of other sizes than World Models' 64×64×3.
@Suite(.serialized) struct VisionSizesTests {
  /// The smallest and the largest, odd and even sides, long and flat ones, every number of channels; then
  /// some at random.
  static let shapes: [[Int]] = {
    var stream = RandomStream(seed: 5)
    let random = (0..<8).map { _ in
      [stream.integers(in: 8..<80), stream.integers(in: 8..<80), stream.integers(in: 1..<5)]
    }
    return [
      [8, 8, 1], [9, 13, 3], [28, 28, 1], [64, 64, 4], [63, 64, 3], [8, 200, 2], [250, 11, 1],
      [256, 256, 4],
    ] + random
  }()

  @Test(arguments: shapes)
  func `What is decoded has the frame's shape, in training and frozen`(_ shape: [Int]) {
    let (model, frozen) = vision(shape)
    let frames = bytes(shape, count: 3)
    let exact = frames.withUnsafeBufferPointer {
      model.encode(Tensor(bytes: $0, shape: [3] + shape)).mean
    }
    let means = frozen.encode(frames)
    // Other orders of sums of up to some thousand terms.
    #expect(means.relativeError(to: exact.scalars) < 1e-5)
    let decoded = model.reconstruct(exact)
    #expect(decoded.shape == [3] + shape)
    let worst = zip(frozen.decode(exact.scalars), decoded.scalars)
      .map { abs(Float($0) - $1 * 255) }.max()
    // Half a level of rounding, and a little for another order of the sums.
    #expect((worst ?? 1) < 0.51)
    let size = shape.reduce(1, *)
    #expect(frozen.encode(Array(frames[size..<2 * size])) == Array(means[3..<6]))
  }

  @Test(arguments: [[9, 13, 3], [28, 28, 1], [40, 32, 2]])
  func `Training learns the frames, with the same bytes for any number of threads`(_ shape: [Int]) {
    var configuration = VisionConfiguration.small
    configuration.learningRate = 2e-3
    let frames = bytes(shape, count: 8)
    let runs = [1, 2].map { threads in
      withThreads(threads) { () -> (first: Float, trainer: VisionTrainer) in
        let trainer = VisionTrainer(configuration, frameShape: shape, seed: 7)
        let first = trainer.step(frames).reconstruction
        for _ in 0..<60 { _ = trainer.step(frames) }
        return (first, trainer)
      }
    }
    #expect(runs[0].trainer.state() == runs[1].trainer.state())
    #expect(runs[0].trainer.step(frames).reconstruction < 0.9 * runs[0].first)
  }

  private func vision(_ shape: [Int]) -> (Vision, FrozenVision) {
    var stream = RandomStream(seed: 3)
    let model = Vision(.small, frameShape: shape, stream: &stream)
    return (model, FrozenVision(model))
  }

  /// Discs of a colour on a ground of another.
  private func bytes(_ shape: [Int], count: Int) -> [UInt8] {
    var stream = RandomStream(seed: 9)
    return (0..<count).flatMap { _ -> [UInt8] in
      let (top, left) = (
        stream.integers(in: 0..<shape[0] / 2), stream.integers(in: 0..<shape[1] / 2)
      )
      return (0..<shape[0]).flatMap { y in
        (0..<shape[1]).flatMap { x -> [UInt8] in
          let isInside =
            (top..<top + shape[0] / 2).contains(y) && (left..<left + shape[1] / 2).contains(x)
          return [UInt8](repeating: isInside ? 220 : 30, count: shape[2])
        }
      }
    }
  }
}
