import Datasets
import Layers
import Randomness
import Tensors

/// The vision model V: a variational autoencoder.
///
/// Ha and Schmidhuber, "World Models" (2018), at any width, latent size and size of frames: convolutions
/// halve the frame, four times at 64×64, two dense layers give the latent's mean and log variance, a dense
/// layer and transposed convolutions lead back. `VisionLayout` has the sizes. Frames that are no pictures
/// have fully connected layers in both places.
public struct Vision: Parameterized {
  /// From a frame to the numbers that the latent's distribution is read from.
  package var encoder: any VisionNetwork
  /// The encoder's last layers, those of `form.heads`: of Gaussian latents the mean and the log variance.
  package var heads: [Dense]
  /// The vectors that quantised latents are made of, `[classes, codeSize]`; else nil.
  ///
  /// No gradient moves them.
  package var book: Tensor?
  /// From a latent to what the likelihood takes.
  package var decoder: any VisionNetwork
  /// log σ of the likelihoods whose σ no setting decides; else nil.
  public internal(set) var logSigma: Tensor?
  /// How the model was built.
  public let configuration: VisionConfiguration
  /// What a frame is.
  public let format: FrameFormat
  /// What the network takes of a frame.
  let input: VisionInput

  /// Extents of a frame: height, width and channels of pictures.
  public var frameShape: [Int] { format.shape }

  /// Creates a model of pictures with fresh weights.
  ///
  /// - Parameters:
  ///   - frameShape: height and width of 8 to 256 pixels, 1 to 4 channels.
  ///   - stream: where the weights are drawn from.
  public init(
    _ configuration: VisionConfiguration, frameShape: [Int] = [64, 64, 3],
    stream: inout RandomStream
  ) {
    self.init(configuration, format: FrameFormat(shape: frameShape), stream: &stream)
  }

  /// Creates a model with fresh weights.
  ///
  /// - Parameters:
  ///   - format: one that the network takes, see `VisionConfiguration.problems`.
  ///   - stream: where the weights are drawn from.
  public init(
    _ configuration: VisionConfiguration, format: FrameFormat, stream: inout RandomStream
  ) {
    let (width, latent) = (configuration.width, configuration.latentSize)
    precondition(
      width >= 1 && latent >= 1,
      "Vision: width \(width), latentSize \(latent); give 1 or more")
    self.configuration = configuration
    self.format = format
    input = VisionInput(format)
    encoder = configuration.makeEncoder(format, stream: &stream)
    let form = configuration.makeLatentForm(book: nil)
    heads = []
    for head in form.heads {
      heads.append(
        Dense(inputs: encoder.outputCount, outputs: head.outputs, stream: &stream))
    }
    decoder = configuration.makeDecoder(format, stream: &stream)
    if let form = form as? QuantisedForm {
      book = Tensor(normal: [form.classes, form.codeSize], stream: &stream)
    }
    logSigma = configuration.hasLogSigma ? configuration.freshLogSigma : nil
  }

  /// Shows every layer's weight and bias to `visit`, from frame to latent and back.
  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    encoder.visitParameters(visit)
    for (index, head) in configuration.makeLatentForm(book: nil).heads.enumerated() {
      heads[index].visitParameters(under: head.name, visit)
    }
    if var vectors = book {
      visit("book", &vectors)
      book = vectors
    }
    decoder.visitParameters(visit)
    guard var value = logSigma else { return }
    visit("likelihood.log_sigma", &value)
    logSigma = value
  }

  /// What latents are.
  package var form: any LatentForm { configuration.makeLatentForm(book: book) }

  /// What the heads say of frames, `[batch, outputs]` each.
  ///
  /// - Parameter frames: `[batch]` and the frame's shape: pixels in 0...1, else numbers as they are.
  package func outputs(of frames: Tensor) -> [Tensor] {
    let flat = encoder(input(frames))
    return zip(heads, configuration.makeLatentForm(book: nil).heads).map { head, what in
      what.range.map { head(flat).restrained(to: $0) } ?? head(flat)
    }
  }

  /// The distribution of Gaussian latents.
  ///
  /// - Parameter frames: `[batch]` and the frame's shape: pixels in 0...1, else numbers as they are.
  /// - Returns: mean and log variance, each `[batch, latentSize]`.
  /// - Precondition: latents are Gaussian; `FrozenVision` encodes with any.
  public func encode(_ frames: Tensor) -> (mean: Tensor, logVariance: Tensor) {
    precondition(
      configuration.latent.kind == .gaussian,
      "Vision.encode: latents are \(configuration.latent.kind); encode by FrozenVision")
    let outputs = outputs(of: frames)
    return (outputs[0], outputs[1])
  }

  /// The decoder's last layer: pixels in 0...1, numbers, or logits.
  ///
  /// - Parameter latents: `[batch, latentSize]`.
  /// - Returns: `[batch]` and the frame's shape, the last extent multiplied where each number has a logit
  ///   for each of its values.
  public func decode(_ latents: Tensor) -> Tensor { decoder(latents) }

  /// The frames that the likelihood expects of latents: pixels in 0...1, whatever the likelihood.
  public func reconstruct(_ latents: Tensor) -> Tensor {
    likelihood.mean(of: decode(latents))
  }

  /// Frames drawn from what the likelihood says about latents.
  public func sample(_ latents: Tensor, stream: inout RandomStream) -> Tensor {
    likelihood.sample(from: decode(latents), stream: &stream)
  }
}
