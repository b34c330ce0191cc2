import Layers
import Randomness
import Tensors

/// One layer for all square patches of a picture, then residual blocks on the map of patches, whose size stays:
/// where pictures are made of tiles, each tile keeps its place.
struct PatchEncoder: VisionNetwork {
  /// From a patch to its channels: a convolution whose kernel and stride are the patch.
  var embed: Convolution2D
  var blocks: [ResidualBlock]
  private let frame: [Int]
  private let map: [Int]

  /// - Parameters:
  ///   - frame: height and width, multiples of the patch, and channels.
  ///   - patch: pixels of a side.
  ///   - width: channels of the map.
  init(
    frame: [Int], patch: Int, width: Int, blocks count: Int, stream: inout RandomStream
  ) {
    self.frame = frame
    map = Self.map(of: frame, patch: patch, width: width)
    embed = Convolution2D(
      inputs: frame[2], outputs: width, kernel: patch, stride: patch, activation: .relu,
      stream: &stream)
    blocks = ResidualBlock.some(count, in: map, stream: &stream)
  }

  /// Extents of the map of patches.
  static func map(of frame: [Int], patch: Int, width: Int) -> [Int] {
    precondition(
      frame.count == 3 && frame[0].isMultiple(of: patch) && frame[1].isMultiple(of: patch),
      "PatchEncoder: frames of \(frame) in patches of \(patch); give sides that are multiples of it"
    )
    return [frame[0] / patch, frame[1] / patch, width]
  }

  var outputCount: Int { map.reduce(1, *) }

  var products: [(weight: [Int], places: Int)] {
    [(embed.weight.shape, map[0] * map[1])] + blocks.flatMap { $0.products(in: map) }
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    embed.visitParameters(under: "encoder.embed", visit)
    for index in blocks.indices {
      blocks[index].visitParameters(under: "encoder.block.\(index)", visit)
    }
  }

  func callAsFunction(_ frames: Tensor) -> Tensor {
    blocks.reduce(embed(frames)) { $1($0) }.reshaped(to: [frames.shape[0], outputCount])
  }

  func frozen() -> [any FrozenLayer] {
    let first = FrozenConvolution(
      image: frame, weight: embed.weight, bias: embed.bias, stride: embed.stride,
      activation: embed.activation)
    return [first] + blocks.map { $0.frozen(in: map) }
  }
}

/// A dense layer to the map of patches, which gives every patch weights of its own, residual blocks, and one
/// layer for all patches to their pixels.
struct PatchDecoder: VisionNetwork {
  /// From a latent to the channels of all patches.
  var expand: Dense
  var blocks: [ResidualBlock]
  /// From a patch's channels to its pixels.
  var paint: TransposedConvolution2D
  private let map: [Int]

  /// - Parameters:
  ///   - frame: height and width, multiples of the patch, and channels of what the decoder gives.
  ///   - last: behind the last layer.
  init(
    frame: [Int], patch: Int, width: Int, latentSize: Int, blocks count: Int, last: Activation,
    stream: inout RandomStream
  ) {
    map = PatchEncoder.map(of: frame, patch: patch, width: width)
    expand = Dense(inputs: latentSize, outputs: map.reduce(1, *), stream: &stream)
    blocks = ResidualBlock.some(count, in: map, stream: &stream)
    paint = TransposedConvolution2D(
      inputs: width, outputs: frame[2], kernel: (patch, patch), stride: patch, activation: last,
      stream: &stream)
  }

  var outputCount: Int { map[0] * map[1] * paint.bias.count * paint.stride * paint.stride }

  var products: [(weight: [Int], places: Int)] {
    [(expand.weight.shape, 1)] + blocks.flatMap { $0.products(in: map) }
      + [(paint.weight.shape, map[0] * map[1])]
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    expand.visitParameters(under: "expand", visit)
    for index in blocks.indices {
      blocks[index].visitParameters(under: "decoder.block.\(index)", visit)
    }
    paint.visitParameters(under: "decoder.paint", visit)
  }

  func callAsFunction(_ latents: Tensor) -> Tensor {
    let first = expand(latents).reshaped(to: [latents.shape[0]] + map)
    return paint(blocks.reduce(first) { $1($0) }.relu())
  }

  func frozen() -> [any FrozenLayer] {
    let last = FrozenTransposedConvolution(
      image: map, weight: paint.weight, bias: paint.bias, stride: paint.stride,
      activation: paint.activation)
    return [FrozenDense(weight: expand.weight, bias: expand.bias)]
      + blocks.map { $0.frozen(in: map) } + [FrozenRectifier(outputCount: map.reduce(1, *)), last]
  }
}

/// relu(x), where no layer before it does it.
private struct FrozenRectifier: FrozenLayer {
  let outputCount: Int

  func apply(
    _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) {
    for place in 0..<count * outputCount { output[place] = max(0, input[place]) }
  }
}
