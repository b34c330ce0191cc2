import Datasets
import Tensors

/// How much each pixel of some frames changes from frame to frame, found from the frames alone.
///
/// A pixel's change is its variance over the frames, a mean over its channels: the squared error that the
/// mean frame makes there, and so what a reconstruction can win at that place.
package struct MovingPixels: Hashable, Sendable {
  /// Height, width and channels of a frame.
  package let shape: [Int]
  /// The variance of each pixel, bytes in 0...255, `[height, width]`.
  package let variances: [Double]

  /// Frames that are looked at, at most.
  private static let mostFrames = 20_000

  /// Looks at frames; of many at some, evenly spread.
  ///
  /// - Throws: where they cannot be read.
  package init(_ source: any FrameSource, frames: [Int]) throws {
    shape = source.frameShape
    var sums = PixelSums(count: source.frameSize)
    let chosen = FrameSelection.spread(frames, Self.mostFrames)
    for start in stride(from: 0, to: chosen.count, by: 256) {
      sums.add(try source.frames(chosen[start..<min(chosen.count, start + 256)]))
    }
    let channels = source.frameShape.last ?? 1
    let each = sums.variances
    variances = stride(from: 0, to: each.count, by: channels).map {
      each[$0..<$0 + channels].reduce(0, +) / Double(channels)
    }
  }

  /// What each number of a frame counts in the loss: 1 − share + share · change / mean change.
  ///
  /// The mean over a frame is 1, so that the loss keeps its scale, and no pixel counts less than 1 − share:
  /// what stands still is seen as well. Where nothing changes all count alike.
  ///
  /// - Parameter share: of the loss that is given out by change, in 0...1.
  /// - Returns: of a frame's shape.
  package func weights(share: Float) -> Tensor {
    let mean = variances.reduce(0, +) / Double(max(1, variances.count))
    let channels = shape.last ?? 1
    let weights = variances.flatMap { variance in
      let change = mean > 0 ? variance / mean : 1
      return [Float](
        repeating: Float(1 - Double(share) + Double(share) * change), count: channels)
    }
    return Tensor(weights, shape: shape)
  }
}

/// Sums of bytes and of their squares, exact.
private struct PixelSums {
  private var (sums, squares): ([Int], [Int])
  private var frames = 0

  init(count: Int) {
    sums = [Int](repeating: 0, count: count)
    squares = sums
  }

  /// Adds frames that lie one after the other.
  mutating func add(_ bytes: [UInt8]) {
    frames += bytes.count / max(1, sums.count)
    for start in stride(from: 0, to: bytes.count, by: max(1, sums.count)) {
      for place in sums.indices {
        let value = Int(bytes[start + place])
        sums[place] += value
        squares[place] += value * value
      }
    }
  }

  var variances: [Double] {
    let count = Double(max(1, frames))
    return zip(sums, squares).map { sum, square in
      let mean = Double(sum) / count
      return max(0, Double(square) / count - mean * mean)
    }
  }
}
