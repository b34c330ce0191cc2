import Datasets
import Layers
import Randomness
import Ranks
import Tensors

/// Trains V on batches of frames; equal bytes for any number of threads.
///
/// A batch is cut into a fixed number of microbatches, each with a tape of its own; their gradients are
/// added in their order. What speaks of the whole batch, such as a total correlation or the best σ, is
/// computed over the whole batch before, from one more way through the encoder (and, for σ, the decoder).
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

  /// What each number of a frame counts in the loss, of a frame's shape; nil where all count alike.
  package private(set) var pixelWeights: Tensor?

  /// The processes that share every batch.
  package var ranks: any Communicator = SoleProcess()

  private var body: TrainerBody<Vision>
  private var controller: DivergenceController?
  private var book: CodeBook?
  private let seed: UInt64

  /// Creates a trainer with a fresh model.
  ///
  /// - Parameters:
  ///   - frameShape: height, width and channels of a frame.
  ///   - seed: root of the streams `vision/weights` and `vision/noise/<step>`.
  public convenience init(
    _ configuration: VisionConfiguration, frameShape: [Int] = [64, 64, 3], seed: UInt64
  ) {
    self.init(configuration, format: FrameFormat(shape: frameShape), seed: seed)
  }

  /// Creates a trainer with a fresh model.
  ///
  /// - Parameters:
  ///   - format: what a frame is.
  ///   - seed: root of the streams `vision/weights`, `vision/noise/<step>` and `vision/binarise/<step>`.
  public init(_ configuration: VisionConfiguration, format: FrameFormat, seed: UInt64) {
    var stream = RandomStream(root: seed, name: "vision/weights")
    self.configuration = configuration
    self.seed = seed
    body = TrainerBody(
      Vision(configuration, format: format, stream: &stream),
      learningRate: configuration.learningRate, skipMultiple: configuration.gradientSkipMultiple)
    controller = configuration.divergenceController
    if configuration.latent.kind == .quantised { book = CodeBook(configuration.latent) }
  }

  /// Lets pixels count by how much they change, as `configuration.movingWeight` says; before the first step.
  package func weigh(by pixels: MovingPixels) {
    precondition(
      pixels.shape == model.frameShape && step == 0,
      "VisionTrainer.weigh: frames of \(pixels.shape) at step \(step); give \(model.frameShape), at 0"
    )
    pixelWeights = pixels.weights(share: configuration.movingWeight)
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
  ///   - frames: `[count]` and the frame's shape: pixels in 0...255, or what `FrameFormat` says.
  ///   - count: 1 or more; `configuration.batchSize` as a rule.
  public func step(_ frames: UnsafeBufferPointer<UInt8>, count: Int) -> VisionStep {
    let format = model.format
    precondition(
      count >= 1 && frames.count == count * format.size,
      "VisionTrainer.step: \(frames.count) bytes for \(count) frames of \(format.shape); give \(count * format.size)"
    )
    var stream = RandomStream(root: seed, name: "vision/noise/\(step)")
    let draws = count * configuration.objective.importanceSamples
    let noise = model.form.noise(rows: draws, stream: &stream)
    guard configuration.binarises else { return step(frames, format.size, noise) }
    var binary = [UInt8](frames)
    var coins = RandomStream(root: seed, name: "vision/binarise/\(step)")
    binary.withUnsafeMutableBufferPointer { Binarisation.draw($0, &coins) }
    return binary.withUnsafeBufferPointer { step($0, format.size, noise) }
  }

  private func step(
    _ frames: UnsafeBufferPointer<UInt8>, _ size: Int, _ noise: Tensor
  ) -> VisionStep {
    let input = model.input
    return step(noise: noise) { part in
      let bytes = UnsafeBufferPointer(
        rebasing: frames[part.lowerBound * size..<part.upperBound * size])
      return input.data(bytes, count: part.count)
    }
  }

  /// Takes one training step with given noise.
  ///
  /// - Parameters:
  ///   - noise: what `model.form.noise` draws, a row a sample.
  ///   - frames: the frames of a range of the batch, in 0...1; called from any thread.
  package func step(noise: Tensor, frames: (Range<Int>) -> Tensor) -> VisionStep {
    precondition(
      configuration.movingWeight == 0 || pixelWeights != nil,
      "VisionTrainer.step: movingWeight \(configuration.movingWeight); tell how pixels move by weigh(by:)"
    )
    let beta = controller?.beta ?? configuration.beta(atStep: step)
    var objective = Objective(configuration, step: step, beta: beta) {
      Vision.prior(like: noise, root: seed, step: step)
    }
    objective.pixelWeights = pixelWeights
    let count = noise.shape[0] / objective.samples
    let fresh = (model: model, book: book)
    beginBook(count: count, frames: frames)
    let batch = BatchView(
      model, objective, noise: noise, count: count, in: ranks, frames: frames)
    let parts = runParts(batch, objective, noise: noise, count: count, frames: frames)
    let gradients = Gradients(sumOf: parts.map(\.gradients))
    var report = VisionStep(
      parts.map(\.terms), batch.terms?.values ?? [], count: count, step: step, beta: beta)
    report.sigma = batch.model.sigma
    let encoded = parts.reduce(into: EncodedVectors()) { $0 += $1.terms.encoded }
    report.tellCodes(encoded.codes, configuration.latent)
    (report.gradientNorm, report.skipped) = body.take(
      gradients, loss: report.loss, clipping: .norm(configuration.gradientClipNorm))
    guard !report.skipped else {
      // A batch that is no good is no beginning either.
      if let before = fresh.book, !before.hasBegun {
        book = before
        body.change { $0 = fresh.model }
      }
      return report
    }
    controller?.observe(report.kl)
    if let logSigma = batch.bestLogSigma { body.change { $0.logSigma = logSigma } }
    moveBook { book, stream in
      book.take(encoded.vectors, codes: encoded.codes, stream: &stream)
    }
    return report
  }

  /// Lays the book where the vectors of the first batch lie, once each of their numbers varies by 1 around 0.
  ///
  /// A fresh encoder tells frames apart by next to nothing: whole groups would become one vector each.
  private func beginBook(count: Int, frames: (Range<Int>) -> Tensor) {
    guard let book, !book.hasBegun else { return }
    let model = model
    let vectors = TrainerBody<Vision>.microbatches(
      configuration.microbatches, of: count, in: ranks
    ) {
      model.outputs(of: frames($0))[0].scalars
    }
    let scales = NumberScales(Array(vectors.joined()), width: configuration.latentSize)
    guard scales.areFinite else { return }
    body.change { $0.heads[0] = scales.applied(to: $0.heads[0]) }
    moveBook { $0.begin(with: scales.standardised, stream: &$1) }
  }

  private func moveBook(_ change: (inout CodeBook, inout RandomStream) -> Void) {
    guard var moved = book else { return }
    var stream = RandomStream(root: seed, name: "vision/book/\(body.step)")
    change(&moved, &stream)
    book = moved
    guard moved.hasBegun else { return }
    body.change { $0.book = Tensor(moved.vectors, shape: [moved.classes, moved.codeSize]) }
  }

  private func runParts(
    _ batch: BatchView, _ objective: Objective, noise: Tensor, count: Int,
    frames: (Range<Int>) -> Tensor
  ) -> [BatchPart] {
    TrainerBody<Vision>.microbatches(
      configuration.microbatches, of: count, in: ranks
    ) { range in
      BatchPart(
        batch, objective, range, frames: frames(range), noise: objective.noise(noise, range),
        count: count)
    }
  }

  /// Everything that is needed to go on, bit for bit.
  public func state() -> TrainerState {
    var state = body.state
    if let controller {
      let numbers = controller.numbers
      state.arrays.append(
        .init(name: Self.controllerName, shape: [numbers.count], values: numbers))
    }
    if let pixelWeights {
      state.arrays.append(
        .init(
          name: Self.weightsName, shape: pixelWeights.shape, values: pixelWeights.scalars))
    }
    if let book { state.arrays += book.entries }
    return state
  }

  private static let (controllerName, weightsName) = ("objective.controller", "pixel.weights")

  /// Takes up a state that `state()` gave for the same configuration.
  ///
  /// - Throws: `TrainerStateError` where an entry is missing or has another shape; the trainer is then
  ///   as it was.
  public func restore(_ state: TrainerState) throws(TrainerStateError) {
    var restored = controller
    if controller != nil { restored?.restore(try state.entry(Self.controllerName).values) }
    let weights = try restoredWeights(state)
    let means = try book?.restored(from: state)
    body = try body.restored(from: state)
    (controller, pixelWeights, book) = (restored, weights, means)
  }

  /// The weights of pixels, of a state that has taken a step.
  private func restoredWeights(_ state: TrainerState) throws(TrainerStateError) -> Tensor? {
    guard configuration.movingWeight > 0, try state.counter("step") > 0 else { return nil }
    let (entry, shape) = (try state.entry(Self.weightsName), model.frameShape)
    guard entry.shape == shape, entry.values.count == shape.reduce(1, *) else {
      throw TrainerStateError(
        operation: "restore", place: entry.name,
        cause: "shape \(entry.shape) where a frame has \(shape)",
        remedy: "restore with the configuration the state was saved with")
    }
    return Tensor(entry.values, shape: shape)
  }
}

extension Objective {
  /// The noise of some frames.
  fileprivate func noise(_ noise: Tensor, _ frames: Range<Int>) -> Tensor {
    noise.sliced(axis: 0, frames.lowerBound * samples..<frames.upperBound * samples)
  }
}

extension VisionConfiguration {
  /// What sets beta under `target`.
  fileprivate var divergenceController: DivergenceController? {
    guard objective.divergence == .target else { return nil }
    return DivergenceController(
      target: objective.targetKL, proportional: objective.proportionalGain,
      integral: objective.integralGain, start: beta, highest: objective.highestBeta)
  }
}
