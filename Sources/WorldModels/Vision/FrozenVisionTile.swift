import Layers
import Randomness
import Tensors

/// V's layers frozen for a fixed number of frames.
final class FrozenVisionTile: Sendable {
  /// Frames in the tile.
  let frames: Int

  /// Rows of every matrix product, whatever the tile: a product's bits depend on their number.
  private static let rows = 16
  private let imageChannels: Int
  private let latentSize: Int
  private let encoder: [FrozenConvolution]
  private let meanLayer: FrozenDense
  private let logVarianceLayer: FrozenDense
  private let expand: FrozenDense
  private let firstDecoder: FrozenTransposedConvolution
  private let decoder: [FrozenTransposedConvolution]
  private let logVarianceRange: ClosedRange<Float>
  private let decodesLogits: Bool

  /// Freezes a model for `frames` frames at a time.
  init(_ model: Vision, frames: Int) {
    let configuration = model.configuration
    self.frames = frames
    imageChannels = model.imageChannels
    latentSize = configuration.latentSize
    logVarianceRange = configuration.logVarianceLow...configuration.logVarianceHigh
    decodesLogits = configuration.likelihood == .bernoulli
    encoder = Self.freeze(
      model.encoder, [frames, Vision.frameSize, Vision.frameSize, model.imageChannels])
    meanLayer = FrozenDense(weight: model.mean.weight, bias: model.mean.bias)
    logVarianceLayer = FrozenDense(weight: model.logVariance.weight, bias: model.logVariance.bias)
    expand = FrozenDense(weight: model.expand.weight, bias: model.expand.bias)
    firstDecoder = FrozenTransposedConvolution(
      model.decoder[0], image: [Self.rows, 1, 1, 32 * configuration.width])
    let shape = [frames] + firstDecoder.outputShape.dropFirst()
    decoder = Self.freeze(Array(model.decoder.dropFirst()), shape)
  }

  /// The encoder's flat map, `[16, 32 · width]`; rows beyond the given frames are arbitrary.
  func map(of images: [UnsafeBufferPointer<UInt8>]) -> Tensor {
    let side = Vision.frameSize
    var batch = Tensor(repeating: 0, shape: [frames, side, side, imageChannels])
    for (place, image) in images.enumerated() { batch.setRow(place, bytes: image) }
    let map = encoder.reduce(batch) { $1($0) }
    return map.reshaped(to: [frames, map.count / frames]).resized(rows: Self.rows)
  }

  /// The latents' means, from the encoder's map.
  func mean(_ map: Tensor) -> Tensor { meanLayer(map) }

  /// The latents' bounded log variances, from the encoder's map.
  func logVariance(_ map: Tensor) -> Tensor { logVarianceLayer(map).clamped(to: logVarianceRange) }

  /// Pixels in 0...1 of latents; rows beyond the given ones are arbitrary.
  func decode(_ latents: UnsafeBufferPointer<Float>) -> Tensor {
    let tile = Tensor(shape: [Self.rows, latentSize]) { buffer in
      buffer.update(repeating: 0)
      _ = buffer.update(fromContentsOf: latents)
    }
    let small = firstDecoder(expand(tile)).resized(rows: frames)
    let pixels = decoder.reduce(small) { $1($0) }
    return decodesLogits ? pixels.sigmoid() : pixels
  }

  /// Whether this tile's kernels give the bits that another's give, tried on random frames.
  ///
  /// The order of a kernel's sums does not depend on the numbers, so that one trial decides.
  func computesBits(of other: FrozenVisionTile) -> Bool {
    var stream = RandomStream(root: 0, name: "vision/trial")
    let size = Vision.frameSize * Vision.frameSize * imageChannels
    let image = (0..<size).map { _ in UInt8(stream.integers(in: 0..<256)) }
    let latent = Tensor(normal: [latentSize], stream: &stream)
    let maps = image.withUnsafeBufferPointer { image in
      [map(of: [image]), other.map(of: [image])].map { Array($0.scalars.prefix($0.shape[1])) }
    }
    let pixels = latent.withUnsafeBuffer { latent in
      [decode(latent), other.decode(latent)].map { Array($0.scalars.prefix(size)) }
    }
    return maps[0] == maps[1] && pixels[0] == pixels[1]
  }

  private static func freeze(_ layers: [Convolution2D], _ image: [Int]) -> [FrozenConvolution] {
    var shape = image
    return layers.map { layer in
      let frozen = FrozenConvolution(layer, image: shape)
      shape = frozen.outputShape
      return frozen
    }
  }

  private static func freeze(_ layers: [TransposedConvolution2D], _ image: [Int])
    -> [FrozenTransposedConvolution]
  {
    var shape = image
    return layers.map { layer in
      let frozen = FrozenTransposedConvolution(layer, image: shape)
      shape = frozen.outputShape
      return frozen
    }
  }
}

extension FrozenConvolution {
  fileprivate convenience init(_ layer: Convolution2D, image: [Int]) {
    self.init(
      image: image, weight: layer.weight, bias: layer.bias, stride: layer.stride,
      activation: layer.activation)
  }
}

extension FrozenTransposedConvolution {
  fileprivate convenience init(_ layer: TransposedConvolution2D, image: [Int]) {
    self.init(
      image: image, weight: layer.weight, bias: layer.bias, stride: layer.stride,
      activation: layer.activation)
  }
}
