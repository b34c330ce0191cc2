import Randomness

/// An encoder's distribution for one frame: a diagonal Gaussian, or, where latents are codes, what `mean` holds of
/// them alone.
public struct GaussianLatent: Hashable, Sendable {
  /// `[latentSize]`.
  public let mean: [Float]
  /// `[latentSize]`: logarithms of the variances.
  public let logVariance: [Float]

  /// Keeps a distribution.
  public init(mean: [Float], logVariance: [Float]) {
    precondition(
      mean.count == logVariance.count,
      "GaussianLatent: \(mean.count) means and \(logVariance.count) log variances")
    (self.mean, self.logVariance) = (mean, logVariance)
  }

  /// Encodes frames, some at a time so that memory stays bounded.
  static func encode(
    _ frames: UnsafeBufferPointer<UInt8>, count: Int, by encoder: any FrameEncoder
  ) -> [any Sendable] {
    let (size, bytes) = (encoder.latentSize, encoder.frameShape.reduce(1, *))
    var found: [any Sendable] = []
    for first in stride(from: 0, to: count, by: 256) {
      let part = min(256, count - first)
      var means = [Float](repeating: 0, count: part * size)
      var logVariances = means
      means.withUnsafeMutableBufferPointer { means in
        logVariances.withUnsafeMutableBufferPointer { logVariances in
          encoder.encodeSlots(
            UnsafeBufferPointer(rebasing: frames[first * bytes..<(first + part) * bytes]),
            slots: Array(0..<part), mean: means, logVariance: logVariances)
        }
      }
      for row in 0..<part {
        let range = row * size..<(row + 1) * size
        found.append(
          GaussianLatent(mean: Array(means[range]), logVariance: Array(logVariances[range])))
      }
    }
    return found
  }

  /// Writes the mean, or a sample around it.
  func write(
    _ reading: LatentReading, _ form: any LatentForm, from stream: inout RandomStream,
    into latent: UnsafeMutableBufferPointer<Float>
  ) {
    _ = latent.update(fromContentsOf: mean)
    guard reading == .sampled else { return }
    logVariance.withUnsafeBufferPointer { form.draw(latent, logVariance: $0, stream: &stream) }
  }
}
