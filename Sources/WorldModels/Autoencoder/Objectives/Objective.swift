import Randomness
import Tensors

/// V's loss at one step: the reconstruction and the sum of these terms, or the bound of several samples.
package struct Objective {
  /// The terms beside the reconstruction.
  package let terms: [any ObjectiveTerm]
  /// Latents drawn for each frame; beyond 1 the loss is the importance-weighted bound.
  package let samples: Int
  /// The divergence's weight.
  package let beta: Float
  /// What each number of a frame counts, of a frame's shape; nil where all count alike.
  package var pixelWeights: Tensor?

  /// The terms that a configuration asks for.
  ///
  /// - Parameters:
  ///   - step: counted from 0.
  ///   - beta: the divergence's weight at this step.
  ///   - prior: draws from the prior, as many as frames; asked for where a term compares with them.
  package init(
    _ configuration: VisionConfiguration, step: Int, beta: Float, prior: () -> Tensor
  ) {
    let objective = configuration.objective
    (samples, self.beta) = (objective.importanceSamples, beta)
    guard samples == 1 else {
      terms = []
      return
    }
    var terms = [Self.divergence(configuration, step, beta)]
    if objective.mmdWeight > 0 {
      terms.append(MaximumMeanDiscrepancy(weight: objective.mmdWeight, prior: prior()))
    }
    self.terms = terms
  }

  private static func divergence(
    _ configuration: VisionConfiguration, _ step: Int, _ beta: Float
  ) -> any ObjectiveTerm {
    let objective = configuration.objective
    guard configuration.latent.kind != .quantised else {
      return Commitment(weight: configuration.latent.commitment)
    }
    switch objective.divergence {
    case .weighted where objective.freeBitsPer != .sample:
      return FreeBits(
        weight: beta, nats: configuration.freeBits,
        groupSize: objective.freeBitsPer == .latent ? 1 : objective.freeBitsGroupSize)
    case .weighted:
      return FlooredDivergence(weight: beta, floor: configuration.divergenceFloor)
    case .target:
      return FlooredDivergence(weight: beta, floor: 0)
    case .capacity:
      let capacity = ControlledCapacity.capacity(
        objective.capacity, at: step, of: objective.capacitySteps)
      return ControlledCapacity(weight: objective.capacityWeight, capacity: capacity)
    case .decomposed:
      return DivergenceDecomposition(
        information: beta * objective.informationWeight,
        correlation: beta * objective.correlationWeight,
        dimensions: beta * objective.dimensionWeight)
    }
  }

  /// What the likelihood says of frames, as the loss has it, and as reports do, who weigh all pixels alike.
  ///
  /// - Returns: the loss, −log p of all frames together, and, where pixels have weights, the term by which
  ///   the loss differs from it.
  func reconstruction(
    of frames: Tensor, decoded: Tensor, _ likelihood: any Likelihood
  ) -> (loss: Tensor, plain: Float, term: VisionTerm?) {
    guard let pixelWeights, let likelihood = likelihood as? any PixelLikelihood else {
      let loss = likelihood.negativeLog(of: frames, decoded: decoded)
      return (loss, loss.scalar, nil)
    }
    let loss = likelihood.negativeLog(of: frames, decoded: decoded, weights: pixelWeights)
    let plain = likelihood.negativeLog(of: frames, decoded: decoded.detached).scalar
    return (loss, plain, VisionTerm(name: "moving", weight: 1, value: loss.scalar - plain))
  }

  /// The parts of the terms that speak of the whole batch, or of those that do not.
  func parts(ofBatch: Bool, _ posterior: Posterior) -> [WeightedPart] {
    terms.filter { $0.isOfBatch == ofBatch }.flatMap { $0.parts(of: posterior) }
  }

  /// Whether a term speaks of the whole batch.
  var hasBatchTerms: Bool { terms.contains { $0.isOfBatch } }
}

/// The terms of a whole batch, and how the loss falls with all that the encoder said.
///
/// A batch is worked on in microbatches; the terms that speak of all its frames are differentiated here by
/// what the encoder said about each, once, and every microbatch takes its rows of the gradient back through
/// its own encoder.
struct BatchTerms {
  /// The numbers of the terms, summed over the frames.
  let values: [VisionTerm]
  /// The derivative of the weighted terms by what each head said, `[batch, outputs]`.
  let gradients: [Tensor]

  init(_ objective: Objective, _ form: any LatentForm, outputs: [Tensor], noise: Tensor) {
    var values: [VisionTerm] = []
    let gradients = valueAndGradients(of: outputs) { inputs in
      let posterior = form.posterior(inputs, noise: noise)
      let parts = objective.parts(ofBatch: true, posterior)
      values = parts.map(\.summed)
      return parts.reduce(Tensor(0)) { $0 + $1.total * $1.weight }
    }.gradients
    (self.values, self.gradients) = (values, gradients)
  }

  /// What a microbatch adds to its loss so that the gradient of the terms flows back through its encoder;
  /// its value means nothing.
  func carrier(_ rows: Range<Int>, outputs: [Tensor]) -> Tensor {
    let parts = zip(outputs, gradients).map { ($0 * $1.sliced(axis: 0, rows)).sum() }
    return parts.dropFirst().reduce(parts[0], +)
  }
}
