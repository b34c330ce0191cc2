import Datasets
import EnvironmentKit
import Randomness

/// The autoencoder alone as a world model: an agent is shown the latent of the present frame, or the frame itself.
///
/// Who acts on the frame may still ask the autoencoder what is new. It imagines nothing.
public final class AutoencoderModel: WorldModel, SeesThroughAutoencoder {
  /// The encoder.
  public let encoder: any FrameEncoder
  /// The decoder; nil where latents cannot be drawn.
  public let vision: FrozenVision?
  /// Which latent an agent is given.
  public let reading: LatentReading

  /// Extents of a frame.
  public var frameShape: [Int] { encoder.frameShape }
  /// `latent` and `frame`.
  public var features: [ObservationField] { Self.fields(latentSize: encoder.latentSize, format) }
  /// Nothing.
  public var imagination: Imagination? { nil }

  /// Sees through an encoder.
  public init(_ encoder: any FrameEncoder, reading: LatentReading = .mean) {
    (self.encoder, self.reading) = (encoder, reading)
    vision = encoder as? FrozenVision
  }

  static func fields(latentSize: Int, _ format: FrameFormat) -> [ObservationField] {
    [ObservationField("latent", shape: [latentSize]), PlainFrames.field(format)]
  }

  private var format: FrameFormat { vision?.format ?? FrameFormat(shape: encoder.frameShape) }

  /// The latents of some slots, and their frames where `frame` is shown.
  public func makeState(slots: Int, showing names: [String]) -> any WorldModelState {
    let showsFrame = names.contains(PlainFrames.field(format).name)
    return AutoencoderState(self, keeping: showsFrame ? format : nil, slots: slots)
  }

  /// Latents of first frames.
  public func starts(
    at frames: UnsafeBufferPointer<UInt8>, count: Int
  ) -> [any Sendable] {
    GaussianLatent.encode(frames, count: count, by: encoder)
  }
}

/// A world model that looks at frames through an autoencoder with Gaussian latents, so that the
/// autoencoder's studies and pictures apply to it.
public protocol SeesThroughAutoencoder: WorldModel {
  /// The encoder.
  var encoder: any FrameEncoder { get }
  /// The autoencoder; nil where there is an encoder only.
  var vision: FrozenVision? { get }
  /// Which latent an agent is given.
  var reading: LatentReading { get }
}
