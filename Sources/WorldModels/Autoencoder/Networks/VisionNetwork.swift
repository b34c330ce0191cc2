import Layers
import Tensors

/// A way through V: from what a frame is taken for to the numbers that the latent's distribution is read
/// from, or from a latent to what the decoder says.
///
/// A new kind is a file that conforms, a case of `NetworkKind`, and a line in `NetworkKind.make`.
package protocol VisionNetwork: Parameterized {
  /// Numbers of an example that it ends with.
  var outputCount: Int { get }
  /// Weights, and at how many places of an example each is multiplied by.
  var products: [(weight: [Int], places: Int)] { get }

  /// What comes of examples, which are the first axis.
  func callAsFunction(_ input: Tensor) -> Tensor

  /// The layers with frozen weights, in order.
  func frozen() -> [any FrozenLayer]
}

/// The kinds of network that V may be made of.
public enum NetworkKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// World Models' convolutions, at any size of picture.
  case convolutional
  /// The same with residual blocks between them.
  case residual
  /// Square patches of a picture, with residual blocks on their map, which is never halved.
  case patches
  /// Fully connected layers.
  case dense

  /// Whether it looks at height and width.
  var needsPictures: Bool { self != .dense }
}
