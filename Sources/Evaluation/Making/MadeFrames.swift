import Datasets
import Randomness
import WorldModels

/// Frames that are made of others: decoded draws of what the encoder says about each.
package struct MadeFrames {
  private let reading: AutoencoderReading
  private let source: any FrameSource
  private let temperature: Float
  private var noise: RandomStream
  private let order: [Int]
  private var made = 0

  /// Frames that are made together.
  private static let together = 256

  /// Takes the frames that others are made of.
  ///
  /// - Parameters:
  ///   - source: as the autoencoder is judged by it.
  ///   - frames: one or more; each has its turn before one comes again, in an order that is drawn.
  ///   - temperature: multiplies the deviations of what the encoder says.
  ///   - rootSeed: root of the streams `sample/augment/…`.
  package init(
    _ reading: AutoencoderReading, _ source: any FrameSource, of frames: [Int],
    temperature: Float, rootSeed: UInt64
  ) {
    (self.reading, self.source, self.temperature) = (reading, source, temperature)
    var stream = RandomStream(root: rootSeed, name: "sample/augment/order")
    order = stream.permutation(frames.count).map { frames[$0] }
    noise = RandomStream(root: rootSeed, name: "sample/augment/latents")
  }

  /// Some made frames.
  package struct Portion {
    /// The frame that each was made of.
    package let frames: [Int]
    /// `[row, latent]`.
    package let latents: [Float]
    /// The frames, one after the other.
    package let bytes: [UInt8]
  }

  /// Makes the next frames, a few hundred at most.
  ///
  /// - Parameter count: how many are still wanted, 1 or more.
  package mutating func next(_ count: Int) throws -> Portion {
    let frames = (made..<made + min(count, Self.together)).map { order[$0 % order.count] }
    made += frames.count
    let latents = try reading.latents(of: source, frames).draws(
      &noise, temperature: temperature)
    return Portion(frames: frames, latents: latents, bytes: reading.pictures(of: latents))
  }
}
