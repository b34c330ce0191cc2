import Layers
import Randomness
import Tensors

/// Fully connected layers, one after the other.
struct DenseNetwork: VisionNetwork {
  /// From the input on.
  var layers: [Dense]
  let outputCount: Int
  /// What the layers' names begin with.
  private let name: String
  /// Extents of an example of the result.
  private let shape: [Int]

  /// Creates layers with fresh weights.
  ///
  /// - Parameters:
  ///   - sizes: of the input, of each hidden layer, and of the output where it has a layer of its own.
  ///   - last: behind the last layer; the others have `activation`.
  ///   - shape: of an example of the result; its numbers are the last of the sizes.
  init(
    _ name: String, sizes: [Int], activation: Activation, last: Activation, shape: [Int],
    stream: inout RandomStream
  ) {
    layers = []
    for (index, inputs) in sizes.dropLast().enumerated() {
      layers.append(
        Dense(
          inputs: inputs, outputs: sizes[index + 1],
          activation: index == sizes.count - 2 ? last : activation, stream: &stream))
    }
    (self.name, self.shape) = (name, shape)
    outputCount = sizes[sizes.count - 1]
  }

  var products: [(weight: [Int], places: Int)] { layers.map { ($0.weight.shape, 1) } }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    for index in layers.indices {
      layers[index].visitParameters(under: "\(name).\(index)", visit)
    }
  }

  func callAsFunction(_ input: Tensor) -> Tensor {
    let examples = input.shape[0]
    let rows = input.reshaped(to: [examples, input.count / max(1, examples)])
    return layers.reduce(rows) { $1($0) }.reshaped(to: [examples] + shape)
  }

  func frozen() -> [any FrozenLayer] {
    layers.map { FrozenDense(weight: $0.weight, bias: $0.bias, activation: $0.activation) }
  }
}
