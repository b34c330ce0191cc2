import Layers
import Randomness
import Tensors

/// x + T(relu(C(relu(x)))): a convolution k3 and a transposed one k3, which leads back to the map's size
/// without padding.
///
/// - SeeAlso: K. He, X. Zhang, S. Ren, J. Sun, "Identity Mappings in Deep Residual Networks" (2016), figure 1 (b).
struct ResidualBlock: Parameterized {
  /// The kernel's pixels a side: the least that a map must have.
  static let kernel = 3

  /// C, with the ReLU behind it.
  var narrow: Convolution2D
  /// T.
  var widen: TransposedConvolution2D

  /// For maps of some channels.
  init(channels: Int, stream: inout RandomStream) {
    narrow = Convolution2D(
      inputs: channels, outputs: channels, kernel: Self.kernel, activation: .relu, stream: &stream)
    widen = TransposedConvolution2D(
      inputs: channels, outputs: channels, kernel: (Self.kernel, Self.kernel), stream: &stream)
  }

  /// Blocks for maps of a shape; none where they are too small.
  static func some(_ count: Int, in shape: [Int], stream: inout RandomStream) -> [ResidualBlock] {
    guard min(shape[0], shape[1]) >= kernel else { return [] }
    return (0..<count).map { _ in ResidualBlock(channels: shape[2], stream: &stream) }
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    narrow.visitParameters(under: "narrow", visit)
    widen.visitParameters(under: "widen", visit)
  }

  func callAsFunction(_ map: Tensor) -> Tensor { map + widen(narrow(map.relu())) }

  /// Weights, and the places of a map of a shape that each is multiplied by.
  func products(in shape: [Int]) -> [(weight: [Int], places: Int)] {
    let places = (shape[0] - Self.kernel + 1) * (shape[1] - Self.kernel + 1)
    return [(narrow.weight.shape, places), (widen.weight.shape, places)]
  }

  /// With frozen weights, for maps of a shape.
  func frozen(in shape: [Int]) -> any FrozenLayer {
    let convolution = FrozenConvolution(
      image: shape, weight: narrow.weight, bias: narrow.bias, stride: 1, activation: .relu)
    return FrozenResidual(
      convolution,
      FrozenTransposedConvolution(
        image: convolution.outputShape, weight: widen.weight, bias: widen.bias, stride: 1,
        activation: .none))
  }
}
