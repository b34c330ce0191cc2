import Layers
import Randomness
import Tensors

/// The vision model V: a convolutional variational autoencoder of 64×64 frames.
///
/// Ha and Schmidhuber, "World Models" (2018), at any width and latent size: four convolutions halve
/// the frame, two dense layers give the latent's mean and log variance, a dense layer and four
/// transposed convolutions lead back.
public struct Vision: Parameterized {
  /// Height and width of a frame, in pixels.
  public static let frameSize = 64

  /// Convolutions k4 s2 with ReLU, of width · 1, 2, 4, 8 channels.
  public var encoder: [Convolution2D]
  /// The latent's mean, from the 2×2 map.
  public var mean: Dense
  /// The latent's log variance, from the 2×2 map.
  public var logVariance: Dense
  /// From a latent to 32 · width numbers.
  public var expand: Dense
  /// Transposed convolutions k5, k5, k6, k6, s2, of width · 4, 2, 1 channels and the image's.
  public var decoder: [TransposedConvolution2D]
  /// How the model was built.
  public let configuration: VisionConfiguration
  /// Channels of a frame.
  public let imageChannels: Int

  /// Creates a model with fresh weights.
  ///
  /// - Parameters:
  ///   - imageChannels: 3 for colour.
  ///   - stream: where the weights are drawn from.
  public init(
    _ configuration: VisionConfiguration, imageChannels: Int = 3, stream: inout RandomStream
  ) {
    let (width, latent) = (configuration.width, configuration.latentSize)
    precondition(
      width >= 1 && latent >= 1 && imageChannels >= 1,
      "Vision: width \(width), latentSize \(latent), \(imageChannels) channels; give 1 or more")
    self.configuration = configuration
    self.imageChannels = imageChannels
    encoder = Self.encoder(width: width, imageChannels: imageChannels, &stream)
    mean = Dense(inputs: 32 * width, outputs: latent, stream: &stream)
    logVariance = Dense(inputs: 32 * width, outputs: latent, stream: &stream)
    expand = Dense(inputs: latent, outputs: 32 * width, stream: &stream)
    let last: Activation = configuration.likelihood == .bernoulli ? .none : .sigmoid
    decoder = Self.decoder(width: width, imageChannels: imageChannels, last, &stream)
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
  }

  /// The distribution of latents.
  ///
  /// - Parameter frames: `[batch, 64, 64, imageChannels]`, in 0...1.
  /// - Returns: mean and log variance, each `[batch, latentSize]`.
  public func encode(_ frames: Tensor) -> (mean: Tensor, logVariance: Tensor) {
    let map = encoder.reduce(frames) { $1($0) }
    let flat = map.reshaped(to: [frames.shape[0], 32 * configuration.width])
    let range = configuration.logVarianceLow...configuration.logVarianceHigh
    return (mean(flat), logVariance(flat).restrained(to: range))
  }

  /// The decoder's last layer: pixels in 0...1, or logits under a Bernoulli likelihood.
  ///
  /// - Parameter latents: `[batch, latentSize]`.
  /// - Returns: `[batch, 64, 64, imageChannels]`.
  public func decode(_ latents: Tensor) -> Tensor {
    let map = expand(latents).reshaped(to: [latents.shape[0], 1, 1, 32 * configuration.width])
    return decoder.reduce(map) { $1($0) }
  }

  /// Pixels in 0...1 of latents, whatever the likelihood.
  public func reconstruct(_ latents: Tensor) -> Tensor {
    let output = decode(latents)
    return configuration.likelihood == .bernoulli ? output.sigmoid() : output
  }

  private static func encoder(
    width: Int, imageChannels: Int, _ stream: inout RandomStream
  ) -> [Convolution2D] {
    encoderLayers(width: width, imageChannels: imageChannels).map {
      Convolution2D(
        inputs: $0.inputs, outputs: $0.outputs, kernel: $0.kernel, stride: 2, activation: .relu,
        stream: &stream)
    }
  }

  private static func decoder(
    width: Int, imageChannels: Int, _ last: Activation, _ stream: inout RandomStream
  ) -> [TransposedConvolution2D] {
    let layers = decoderLayers(width: width, imageChannels: imageChannels)
    return layers.enumerated().map { place, layer in
      TransposedConvolution2D(
        inputs: layer.inputs, outputs: layer.outputs, kernel: layer.kernel, stride: 2,
        activation: place == layers.count - 1 ? last : .relu, stream: &stream)
    }
  }
}

// What the network consists of, without making it.
extension Vision {
  /// A layer of convolutions.
  struct Layer {
    let inputs: Int
    let outputs: Int
    let kernel: Int
    /// Height and width of what it makes.
    let extent: Int

    /// Numbers that it learns.
    var parameters: Double {
      Double(kernel * kernel) * Double(inputs) * Double(outputs) + Double(outputs)
    }
    /// Numbers that it makes of a frame.
    var numbers: Double { Double(extent * extent) * Double(outputs) }
  }

  /// The convolutions from the frame to the 2×2 map.
  static func encoderLayers(width: Int, imageChannels: Int) -> [Layer] {
    var (layers, inputs, extent): ([Layer], Int, Int) = ([], imageChannels, frameSize)
    for factor in [1, 2, 4, 8] {
      extent = (extent - 4) / 2 + 1
      layers.append(Layer(inputs: inputs, outputs: width * factor, kernel: 4, extent: extent))
      inputs = width * factor
    }
    return layers
  }

  /// The transposed convolutions back to the frame.
  static func decoderLayers(width: Int, imageChannels: Int) -> [Layer] {
    let sizes = [(4 * width, 5), (2 * width, 5), (width, 6), (imageChannels, 6)]
    var (layers, inputs, extent): ([Layer], Int, Int) = ([], 32 * width, 1)
    for (outputs, kernel) in sizes {
      extent = (extent - 1) * 2 + kernel
      layers.append(Layer(inputs: inputs, outputs: outputs, kernel: kernel, extent: extent))
      inputs = outputs
    }
    return layers
  }
}
