import Layers
import Randomness
import Tensors

/// The convolutions that see for an actor and a critic, each behind a ReLU.
struct PictureEncoder: Parameterized {
  /// Extents of a picture: height, width, channels.
  let pictureShape: [Int]
  private var layers: [Convolution2D]

  /// Makes the layers, of arbitrary weights.
  ///
  /// - Parameters:
  ///   - pictureShape: height, width, channels.
  ///   - channels: of each layer; at least one, and no more than make one place of the picture.
  ///   - kernel: places that a kernel sees across and down.
  ///   - stride: places from one to the next.
  init(_ pictureShape: [Int], channels: [Int], kernel: Int, stride: Int) {
    self.pictureShape = pictureShape
    var stream = RandomStream(seed: 0)
    let inputs = [pictureShape[2]] + channels
    layers = channels.indices.map {
      var layer = Convolution2D(
        inputs: inputs[$0], outputs: inputs[$0 + 1], kernel: kernel, stride: stride,
        activation: .relu, stream: &stream)
      // Acting and learning take other numbers of pictures, and shall agree on an action's probability.
      layer.isBatchInvariant = true
      return layer
    }
  }

  /// Extents of what comes out for a picture; nil where it is too small for so many layers.
  static func outputShape(
    _ pictureShape: [Int], channels: [Int], kernel: Int, stride: Int
  ) -> [Int]? {
    guard pictureShape.count == 3, !channels.isEmpty else { return nil }
    var (height, width) = (pictureShape[0], pictureShape[1])
    for _ in channels {
      guard min(height, width) >= kernel else { return nil }
      (height, width) = ((height - kernel) / stride + 1, (width - kernel) / stride + 1)
    }
    return [height, width, channels[channels.count - 1]]
  }

  /// `[batch, outputs]` of pictures `[batch, height, width, channel]`.
  func callAsFunction(_ x: Tensor) -> Tensor {
    let map = layers.reduce(x) { $1($0) }
    return map.reshaped(to: [map.shape[0], map.count / map.shape[0]])
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    for index in layers.indices { layers[index].visitParameters(under: "pictures.\(index)", visit) }
  }

  /// Takes up flat numbers, one tensor after the other.
  mutating func load(_ numbers: UnsafePointer<Float>) {
    var start = numbers
    visitParameters { _, parameter in
      let count = parameter.count
      parameter.withUnsafeMutableBuffer { $0.baseAddress?.update(from: start, count: count) }
      start += count
    }
  }
}
