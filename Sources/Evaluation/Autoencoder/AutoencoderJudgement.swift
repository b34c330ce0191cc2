import Statistics

/// Everything that was measured of an autoencoder.
package struct AutoencoderJudgement {
  /// A bound of −log p by so many latents a frame.
  package struct BoundPoint: Sendable {
    /// Latents a frame.
    package let samples: Int
    /// In nats.
    package let value: MeasuredValue
  }

  /// A frame beside its reconstruction.
  package struct Shown: Sendable {
    /// Its number in the source.
    package let frame: Int
    /// The frame.
    package let bytes: [UInt8]
    /// What its mean latent decodes to.
    package let reconstruction: [UInt8]
  }

  /// All numbers, under the names that programs read.
  package let numbers: [JudgedNumber]
  /// The bound against the number of latents.
  package let bounds: [BoundPoint]
  /// KL of each latent, nats, a mean over frames.
  package let divergences: [Double]
  /// Frames judged by.
  package let frames: Int
  /// Some frames, to be looked at.
  package let shown: [Shown]
  /// Decoded draws from the prior, one after the other.
  package let samples: [UInt8]
}
