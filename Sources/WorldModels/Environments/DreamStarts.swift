import Foundation
import Randomness

/// The latents from which dreams start: those of first frames of real episodes.
///
/// - SeeAlso: World Models' Doom starts from one of 1,000 such.
public struct DreamStarts: Sendable, Hashable {
  /// Numbers of a latent.
  public let latentSize: Int
  /// `[count, latentSize]`: means of V's distributions.
  public let means: [Float]
  /// `[count, latentSize]`: logarithms of their variances.
  public let logVariances: [Float]
  /// Whether a dream starts from a mean or from a sample around it.
  public let reading: LatentReading

  /// Number of starts.
  public var count: Int { means.count / latentSize }

  /// Keeps latents, 1 or more.
  ///
  /// - Parameters:
  ///   - means: `[count, latentSize]`.
  ///   - logVariances: likewise.
  ///   - latentSize: numbers of a latent, 1 or more.
  ///   - reading: as the agent is given latents in the real world.
  public init(
    means: [Float], logVariances: [Float], latentSize: Int, reading: LatentReading = .mean
  ) {
    precondition(
      latentSize >= 1 && means.count >= latentSize && means.count % latentSize == 0
        && logVariances.count == means.count,
      "DreamStarts: \(means.count) means and \(logVariances.count) variances for latents of \(latentSize); give as many of both, for 1 start or more"
    )
    self.means = means
    self.logVariances = logVariances
    self.latentSize = latentSize
    self.reading = reading
  }

  /// Writes the latent of one start, chosen by a stream.
  func draw(from stream: inout RandomStream, into latent: UnsafeMutableBufferPointer<Float>) {
    let first = stream.integers(in: 0..<count) * latentSize
    for index in 0..<latentSize {
      latent[index] = means[first + index]
      guard reading == .sampled else { continue }
      let deviation = exp(logVariances[first + index] / 2)
      latent[index] += deviation * Float(stream.standardNormal())
    }
  }
}
