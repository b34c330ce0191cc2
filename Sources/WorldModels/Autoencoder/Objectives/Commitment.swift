import Tensors

/// weight · ‖v − e‖² of the encoder's vectors v and the vectors e of the book that they become, summed over a frame:
/// it holds the encoder to the book, which follows by itself.
///
/// - SeeAlso: A. van den Oord, O. Vinyals, K. Kavukcuoglu, "Neural Discrete Representation Learning" (2017), eq. 3.
package struct Commitment: ObjectiveTerm {
  /// The term's weight.
  package let weight: Float

  package init(weight: Float) { self.weight = weight }

  package var isOfBatch: Bool { false }

  package func parts(of posterior: Posterior) -> [WeightedPart] {
    let distance = posterior.outputs[0].squaredError(to: posterior.latents.detached)
    return [WeightedPart(name: "commitment", weight: weight, total: distance)]
  }
}
