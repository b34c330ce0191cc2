import Tensors

/// A term of V's loss beside the reconstruction.
///
/// Terms are nats, or a pure number where they say so, that one frame has on average; `parts` gives them
/// times the number of frames, so that parts of a batch add up.
package protocol ObjectiveTerm {
  /// Whether the term is no sum over frames but speaks of all frames of a batch together.
  ///
  /// Such a term is computed once over the whole batch, whatever the microbatches.
  var isOfBatch: Bool { get }
  /// The term's named parts with their weights; mostly one.
  func parts(of posterior: Posterior) -> [WeightedPart]
}

/// A named number of a loss, to be differentiated.
package struct WeightedPart {
  /// What curves call it, after `vision/`.
  package let name: String
  /// Its weight in the loss.
  package let weight: Float
  /// Its value times the number of frames, a scalar.
  package let total: Tensor
}

/// A named number of a loss.
public struct VisionTerm: Codable, Hashable, Sendable {
  /// What curves call it, after `vision/`.
  public let name: String
  /// Its weight in the loss.
  public let weight: Float
  /// Its value, on average over the frames.
  public internal(set) var value: Float
}

extension WeightedPart {
  /// The part's number, summed over frames.
  var summed: VisionTerm { VisionTerm(name: name, weight: weight, value: total.scalar) }
}
