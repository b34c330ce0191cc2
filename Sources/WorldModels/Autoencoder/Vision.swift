import Layers
import Randomness
import Tensors

/// The vision model V: a convolutional variational autoencoder.
///
/// Ha and Schmidhuber, "World Models" (2018), at any width, latent size and size of frames: convolutions
/// halve the frame, four times at 64×64, two dense layers give the latent's mean and log variance, a dense
/// layer and transposed convolutions lead back. `VisionLayout` has the sizes.
public struct Vision: Parameterized {
  /// Convolutions k4 s2 with ReLU, of width · 1, 2, 4, 8, 8 … channels.
  public var encoder: [Convolution2D]
  /// The latent's mean, from the last map.
  public var mean: Dense
  /// The latent's log variance, from the last map.
  public var logVariance: Dense
  /// From a latent to the decoder's first map: 32 · width numbers at 64×64.
  public var expand: Dense
  /// Transposed convolutions s2, at 64×64 k5, k5, k6, k6 of width · 4, 2, 1 channels and the frame's.
  public var decoder: [TransposedConvolution2D]
  /// log σ of the likelihoods whose σ no setting decides; else nil.
  public internal(set) var logSigma: Tensor?
  /// How the model was built.
  public let configuration: VisionConfiguration
  /// Height, width and channels of a frame.
  public let frameShape: [Int]
  /// Height, width and channels of the decoder's first map.
  package let startShape: [Int]
  /// Numbers of the encoder's last map.
  let flatCount: Int

  /// Creates a model with fresh weights.
  ///
  /// - Parameters:
  ///   - frameShape: height and width of 8 to 256 pixels, 1 to 4 channels.
  ///   - stream: where the weights are drawn from.
  public init(
    _ configuration: VisionConfiguration, frameShape: [Int] = [64, 64, 3],
    stream: inout RandomStream
  ) {
    let (width, latent) = (configuration.width, configuration.latentSize)
    precondition(
      width >= 1 && latent >= 1,
      "Vision: width \(width), latentSize \(latent); give 1 or more")
    let likelihood = configuration.makeLikelihood(logSigma: nil)
    let layout = VisionLayout(
      frame: frameShape, width: width, last: likelihood.activation,
      outputsPerNumber: likelihood.outputsPerNumber)
    self.configuration = configuration
    self.frameShape = frameShape
    (startShape, flatCount) = (layout.start, layout.flatCount)
    encoder = Self.encoder(layout, channels: frameShape[2], &stream)
    mean = Dense(inputs: flatCount, outputs: latent, stream: &stream)
    logVariance = Dense(inputs: flatCount, outputs: latent, stream: &stream)
    expand = Dense(inputs: latent, outputs: layout.start.reduce(1, *), stream: &stream)
    decoder = Self.decoder(layout, &stream)
    logSigma = configuration.hasLogSigma ? configuration.freshLogSigma : nil
  }

  /// Shows every layer's weight and bias to `visit`, from frame to latent and back.
  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    for index in encoder.indices {
      encoder[index].visitParameters(under: "encoder.\(index)", visit)
    }
    mean.visitParameters(under: "mean", visit)
    logVariance.visitParameters(under: "log_variance", visit)
    expand.visitParameters(under: "expand", visit)
    for index in decoder.indices {
      decoder[index].visitParameters(under: "decoder.\(index)", visit)
    }
    guard var value = logSigma else { return }
    visit("likelihood.log_sigma", &value)
    logSigma = value
  }

  /// The distribution of latents.
  ///
  /// - Parameter frames: `[batch]` and the frame's shape, in 0...1.
  /// - Returns: mean and log variance, each `[batch, latentSize]`.
  public func encode(_ frames: Tensor) -> (mean: Tensor, logVariance: Tensor) {
    let map = encoder.reduce(frames) { $1($0) }
    let flat = map.reshaped(to: [frames.shape[0], flatCount])
    let range = configuration.logVarianceLow...configuration.logVarianceHigh
    return (mean(flat), logVariance(flat).restrained(to: range))
  }

  /// The decoder's last layer: pixels in 0...1, or logits under a Bernoulli or categorical likelihood.
  ///
  /// - Parameter latents: `[batch, latentSize]`.
  /// - Returns: `[batch]` and the frame's shape, the last extent 256-fold under a categorical likelihood.
  public func decode(_ latents: Tensor) -> Tensor {
    let map = expand(latents).reshaped(to: [latents.shape[0]] + startShape)
    return decoder.reduce(map) { $1($0) }
  }

  /// Pixels in 0...1 of latents, whatever the likelihood.
  public func reconstruct(_ latents: Tensor) -> Tensor {
    likelihood.mean(of: decode(latents))
  }

  /// Frames drawn from what the likelihood says about latents.
  public func sample(_ latents: Tensor, stream: inout RandomStream) -> Tensor {
    likelihood.sample(from: decode(latents), stream: &stream)
  }

  private static func encoder(
    _ layout: VisionLayout, channels: Int, _ stream: inout RandomStream
  ) -> [Convolution2D] {
    var (layers, inputs): ([Convolution2D], Int) = ([], channels)
    for outputs in layout.halvings {
      layers.append(
        Convolution2D(
          inputs: inputs, outputs: outputs, kernel: 4, stride: 2, activation: .relu,
          stream: &stream))
      inputs = outputs
    }
    return layers
  }

  private static func decoder(
    _ layout: VisionLayout, _ stream: inout RandomStream
  ) -> [TransposedConvolution2D] {
    var (layers, inputs): ([TransposedConvolution2D], Int) = ([], layout.start[2])
    for stage in layout.doublings {
      layers.append(
        TransposedConvolution2D(
          inputs: inputs, outputs: stage.outputs, kernel: stage.kernel, stride: 2,
          activation: stage.activation, stream: &stream))
      inputs = stage.outputs
    }
    return layers
  }
}
