import Layers
import Randomness
import Tensors

/// Convolutions k4 s2 with ReLU, of width · 1, 2, 4, 8, 8 … channels; with residual blocks after each where
/// they are asked for.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018), appendix A.1.
struct ConvolutionalEncoder: VisionNetwork {
  /// From the frame on.
  var layers: [Convolution2D]
  /// After each layer.
  var blocks: [[ResidualBlock]]
  private let shapes: [[Int]]

  init(
    _ layout: VisionLayout, frame: [Int], blocks count: Int, stream: inout RandomStream
  ) {
    (layers, blocks) = ([], [])
    var shapes = [frame]
    for outputs in layout.halvings {
      let shape = shapes[shapes.count - 1]
      layers.append(
        Convolution2D(
          inputs: shape[2], outputs: outputs, kernel: 4, stride: 2, activation: .relu,
          stream: &stream))
      shapes.append([(shape[0] - 4) / 2 + 1, (shape[1] - 4) / 2 + 1, outputs])
    }
    for shape in shapes.dropFirst() {
      blocks.append(ResidualBlock.some(count, in: shape, stream: &stream))
    }
    self.shapes = shapes
  }

  var outputCount: Int { shapes[shapes.count - 1].reduce(1, *) }

  var products: [(weight: [Int], places: Int)] {
    layers.indices.flatMap { index -> [(weight: [Int], places: Int)] in
      let shape = shapes[index + 1]
      let own = (weight: layers[index].weight.shape, places: shape[0] * shape[1])
      return [own] + blocks[index].flatMap { $0.products(in: shape) }
    }
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    for index in layers.indices {
      layers[index].visitParameters(under: "encoder.\(index)", visit)
      for place in blocks[index].indices {
        blocks[index][place].visitParameters(under: "encoder.\(index).block.\(place)", visit)
      }
    }
  }

  func callAsFunction(_ frames: Tensor) -> Tensor {
    let map = layers.indices.reduce(frames) { map, index in
      blocks[index].reduce(layers[index](map)) { $1($0) }
    }
    return map.reshaped(to: [frames.shape[0], outputCount])
  }

  func frozen() -> [any FrozenLayer] {
    layers.indices.flatMap { index -> [any FrozenLayer] in
      let layer = layers[index]
      let convolution = FrozenConvolution(
        image: shapes[index], weight: layer.weight, bias: layer.bias, stride: layer.stride,
        activation: layer.activation)
      return [convolution] + blocks[index].map { $0.frozen(in: shapes[index + 1]) }
    }
  }
}

/// A dense layer to a map of one or few places, and transposed convolutions s2 to the frame, each after
/// residual blocks where they are asked for.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018), appendix A.1.
struct ConvolutionalDecoder: VisionNetwork {
  /// From a latent to the first map.
  var expand: Dense
  /// To the frame.
  var layers: [TransposedConvolution2D]
  /// Before each layer.
  var blocks: [[ResidualBlock]]
  private let shapes: [[Int]]

  init(_ layout: VisionLayout, latentSize: Int, blocks count: Int, stream: inout RandomStream) {
    expand = Dense(inputs: latentSize, outputs: layout.start.reduce(1, *), stream: &stream)
    (layers, blocks) = ([], [])
    var shapes = [layout.start]
    for stage in layout.doublings {
      let shape = shapes[shapes.count - 1]
      layers.append(
        TransposedConvolution2D(
          inputs: shape[2], outputs: stage.outputs, kernel: stage.kernel, stride: 2,
          activation: stage.activation, stream: &stream))
      shapes.append([
        (shape[0] - 1) * 2 + stage.kernel.height, (shape[1] - 1) * 2 + stage.kernel.width,
        stage.outputs,
      ])
    }
    for shape in shapes.dropLast() {
      blocks.append(ResidualBlock.some(count, in: shape, stream: &stream))
    }
    self.shapes = shapes
  }

  var outputCount: Int { shapes[shapes.count - 1].reduce(1, *) }

  var products: [(weight: [Int], places: Int)] {
    layers.indices.reduce(into: [(expand.weight.shape, 1)]) { list, index in
      list += blocks[index].flatMap { $0.products(in: shapes[index]) }
      list.append((layers[index].weight.shape, shapes[index][0] * shapes[index][1]))
    }
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    expand.visitParameters(under: "expand", visit)
    for index in layers.indices {
      for place in blocks[index].indices {
        blocks[index][place].visitParameters(under: "decoder.\(index).block.\(place)", visit)
      }
      layers[index].visitParameters(under: "decoder.\(index)", visit)
    }
  }

  func callAsFunction(_ latents: Tensor) -> Tensor {
    let first = expand(latents).reshaped(to: [latents.shape[0]] + shapes[0])
    return layers.indices.reduce(first) { map, index in
      layers[index](blocks[index].reduce(map) { $1($0) })
    }
  }

  func frozen() -> [any FrozenLayer] {
    layers.indices.reduce(into: [FrozenDense(weight: expand.weight, bias: expand.bias)]) {
      list, index in
      let layer = layers[index]
      list += blocks[index].map { $0.frozen(in: shapes[index]) }
      list.append(
        FrozenTransposedConvolution(
          image: shapes[index], weight: layer.weight, bias: layer.bias, stride: layer.stride,
          activation: layer.activation))
    }
  }
}
