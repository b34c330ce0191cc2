import Layers
import Randomness
import Tensors

/// What one training step of V did; sums over pixels and latents, means over the batch.
public struct VisionStep: Codable, Hashable, Sendable {
  /// The step's number, counted from 0.
  public var step: Int
  /// reconstruction + beta · effectiveKL.
  public var loss: Float
  /// −log p(frame | latent), or the sum of squares, a frame.
  public var reconstruction: Float
  /// The divergence a frame, in nats, as it is.
  public var kl: Float
  /// The divergence a frame, in nats, after the floor of the free bits.
  public var effectiveKL: Float
  /// The norm of the whole gradient before it is clipped.
  public var gradientNorm: Float
  /// Whether the parameters were left alone, because the loss or gradient was not finite or exploded.
  public var skipped: Bool
  /// The divergence's weight.
  public var beta: Float
}

/// Trains V on batches of frames; equal bytes for any number of threads.
///
/// A batch is cut into a fixed number of microbatches, each with a tape of its own; their gradients are
/// added in their order.
public final class VisionTrainer {
  /// The model in its present state.
  public var model: Vision { body.model }
  /// How the model is trained.
  public let configuration: VisionConfiguration
  /// Steps taken, skipped ones among them.
  public var step: Int { body.step }
  /// Steps that left the parameters alone.
  public var skipped: Int { body.skipped }

  /// The optimiser's step size; the configuration's until a schedule changes it.
  public var learningRate: Float {
    get { body.optimiser.learningRate }
    set { body.optimiser.learningRate = newValue }
  }

  private var body: TrainerBody<Vision>
  private let seed: UInt64

  /// Creates a trainer with a fresh model.
  ///
  /// - Parameters:
  ///   - frameShape: height, width and channels of a frame.
  ///   - seed: root of the streams `vision/weights` and `vision/noise/<step>`.
  public init(_ configuration: VisionConfiguration, frameShape: [Int] = [64, 64, 3], seed: UInt64) {
    var stream = RandomStream(root: seed, name: "vision/weights")
    self.configuration = configuration
    self.seed = seed
    body = TrainerBody(
      Vision(configuration, frameShape: frameShape, stream: &stream),
      learningRate: configuration.learningRate, skipMultiple: configuration.gradientSkipMultiple)
  }

  /// Goes on with other parameters, from an optimiser that has not taken a step.
  ///
  /// - Parameter model: of the same configuration.
  public func replaceModel(_ model: Vision) {
    body.replace(model, learningRate: configuration.learningRate)
  }

  /// Takes one training step.
  ///
  /// - Parameters:
  ///   - frames: `[count]` and the frame's shape, in 0...255.
  ///   - count: 1 or more; `configuration.batchSize` as a rule.
  public func step(_ frames: UnsafeBufferPointer<UInt8>, count: Int) -> VisionStep {
    let shape = model.frameShape
    let frameBytes = shape.reduce(1, *)
    precondition(
      count >= 1 && frames.count == count * frameBytes,
      "VisionTrainer.step: \(frames.count) bytes for \(count) frames of \(shape); give \(count * frameBytes)"
    )
    var stream = RandomStream(root: seed, name: "vision/noise/\(step)")
    let noise = Tensor(normal: [count, configuration.latentSize], stream: &stream)
    return step(noise: noise) { part in
      let bytes = UnsafeBufferPointer(
        rebasing: frames[part.lowerBound * frameBytes..<part.upperBound * frameBytes])
      return Tensor(bytes: bytes, shape: [part.count] + shape)
    }
  }

  /// Takes one training step with given noise.
  ///
  /// - Parameters:
  ///   - noise: standard normal, `[count, latentSize]`.
  ///   - frames: the frames of a range of the batch, in 0...1; called from any thread.
  package func step(noise: Tensor, frames: (Range<Int>) -> Tensor) -> VisionStep {
    let count = noise.shape[0]
    let beta = configuration.beta(atStep: step)
    let parts = runParts(noise: noise, beta: beta, frames: frames)
    let gradients = Gradients(sumOf: parts.map(\.gradients))
    var report = VisionStep(parts.map(\.terms), count: count, step: step, beta: beta)
    (report.gradientNorm, report.skipped) = body.take(
      gradients, loss: report.loss, clipping: .norm(configuration.gradientClipNorm))
    return report
  }

  private func runParts(noise: Tensor, beta: Float, frames: (Range<Int>) -> Tensor) -> [Part] {
    let (model, count) = (model, noise.shape[0])
    return TrainerBody<Vision>.microbatches(configuration.microbatches, of: count) { range in
      Part(
        model, frames: frames(range), noise: noise.sliced(axis: 0, range), beta: beta, batch: count)
    }
  }

  /// Everything that is needed to go on, bit for bit.
  public func state() -> TrainerState { body.state }

  /// Takes up a state that `state()` gave for the same configuration.
  ///
  /// - Throws: `TrainerStateError` where an entry is missing or has another shape; the trainer is then
  ///   as it was.
  public func restore(_ state: TrainerState) throws(TrainerStateError) {
    body = try body.restored(from: state)
  }
}

/// The outcome of one part of a batch.
private struct Part {
  let gradients: Gradients
  let terms: VisionTerms

  init(_ model: Vision, frames: Tensor, noise: Tensor, beta: Float, batch: Int) {
    var terms = VisionTerms()
    let (_, gradient) = valueAndGradient(of: model) { model in
      model.loss(of: frames, noise: noise, beta: beta, terms: &terms) / Float(batch)
    }
    gradients = Gradients(gradient)
    self.terms = terms
  }
}

extension VisionStep {
  fileprivate init(_ parts: [VisionTerms], count: Int, step: Int, beta: Float) {
    let mean = { (term: KeyPath<VisionTerms, Float>) in
      parts.reduce(0) { $0 + $1[keyPath: term] } / Float(count)
    }
    self.step = step
    self.beta = beta
    reconstruction = mean(\.reconstruction)
    kl = mean(\.divergence)
    effectiveKL = mean(\.flooredDivergence)
    loss = reconstruction + beta * effectiveKL
    gradientNorm = 0
    skipped = false
  }
}
