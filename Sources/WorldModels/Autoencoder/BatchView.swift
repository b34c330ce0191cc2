import Layers
import Ranks
import Tensors

/// What must be known of a whole batch before its parts are worked on.
struct BatchView {
  /// The model, with the batch's best σ where the likelihood asks for it.
  let model: Vision
  /// log of that σ.
  let bestLogSigma: Tensor?
  /// The terms that speak of the whole batch; nil where there are none.
  let terms: BatchTerms?

  init(
    _ model: Vision, _ objective: Objective, noise: Tensor, count: Int,
    in ranks: any Communicator, frames: (Range<Int>) -> Tensor
  ) {
    let findsSigma = model.configuration.likelihood == .gaussianOptimal
    guard findsSigma || objective.hasBatchTerms else {
      (self.model, bestLogSigma, terms) = (model, nil, nil)
      return
    }
    let parts = TrainerBody<Vision>.microbatches(
      model.configuration.microbatches, of: count, in: ranks
    ) {
      Look(model, at: frames($0), noise: noise.sliced(axis: 0, $0), decoding: findsSigma)
    }
    terms =
      objective.hasBatchTerms
      ? BatchTerms(
        objective, model.form,
        outputs: parts[0].outputs.indices.map { head in
          .concatenated(parts.map { $0.outputs[head] }, axis: 0)
        }, noise: noise) : nil
    var model = model
    if findsSigma {
      let squares = parts.reduce(0) { $0 + $1.squaredError }
      let numbers = count * model.frameShape.reduce(1, *)
      model.logSigma = Tensor(
        [OptimalGaussian.logSigma(squaredError: squares, count: numbers)], shape: [1])
    }
    (self.model, bestLogSigma) = (model, findsSigma ? model.logSigma : nil)
  }
}

/// What the encoder makes of one part of a batch, and how far the decoder then is from it.
private struct Look: Transmissible {
  let outputs: [Tensor]
  let squaredError: Double

  init(_ model: Vision, at frames: Tensor, noise: Tensor, decoding: Bool) {
    outputs = model.outputs(of: frames)
    guard decoding else {
      squaredError = 0
      return
    }
    let posterior = model.form.posterior(outputs, noise: noise)
    squaredError = Double(model.decode(posterior.latents).squaredError(to: frames).scalar)
  }

  func write(to writer: inout ByteWriter) {
    writer.write(outputs.count)
    for output in outputs { output.write(to: &writer) }
    writer.write(squaredError)
  }

  init(from reader: inout ByteReader) {
    outputs = (0..<reader.read(Int.self)).map { _ in Tensor(from: &reader) }
    squaredError = reader.read()
  }
}

/// The outcome of one part of a batch.
struct BatchPart: Transmissible {
  let gradients: Gradients
  let terms: VisionTerms

  func write(to writer: inout ByteWriter) {
    gradients.write(to: &writer)
    terms.write(to: &writer)
  }

  init(from reader: inout ByteReader) {
    gradients = Gradients(from: &reader)
    terms = VisionTerms(from: &reader)
  }

  init(
    _ batch: BatchView, _ objective: Objective, _ range: Range<Int>, frames: Tensor, noise: Tensor,
    count: Int
  ) {
    var terms = VisionTerms()
    let carrier = batch.terms.map { batchTerms in
      { (posterior: Posterior) in batchTerms.carrier(range, outputs: posterior.outputs) }
    }
    let (_, gradient) = valueAndGradient(of: batch.model) { model in
      model.loss(
        of: frames, noise: noise, objective: objective, terms: &terms, batchTerms: carrier)
        / Float(count)
    }
    gradients = Gradients(gradient)
    self.terms = terms
  }
}
