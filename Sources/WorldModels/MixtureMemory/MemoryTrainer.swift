import Layers
import Randomness
import Ranks
import Tensors

/// What one training step of M did; means over the steps of the sequences.
public struct MemoryStep: Codable, Hashable, Sendable {
  /// The step's number, counted from 0.
  public var step: Int
  /// nats + rewardWeight · reward + termination.
  public var loss: Float
  /// −log p(next latent) a dimension, in nats.
  public var nats: Float
  /// The squared error of the reward; 0 where M does not predict it.
  public var reward: Float
  /// The weighted −log p(termination), in nats; 0 where M does not predict it.
  public var termination: Float
  /// The norm of the whole gradient before it is clipped.
  public var gradientNorm: Float
  /// Whether the parameters were left alone, because the loss or gradient was not finite or exploded.
  public var skipped: Bool
}

/// M's state between two training steps, `[count, hiddenSize]` each, for truncated back-propagation.
public struct MemoryState: Hashable, Sendable {
  /// The hidden states h.
  public var hidden: [Float]
  /// The cell states c.
  public var cell: [Float]

  /// Creates the state of sequences that start anew.
  public init(count: Int, hiddenSize: Int) {
    hidden = Array(repeating: 0, count: count * hiddenSize)
    cell = hidden
  }
}

/// Trains M on batches of sequences; equal bytes for any number of threads.
///
/// A batch is cut into a fixed number of microbatches, each with a tape of its own; their gradients are
/// added in their order.
public final class MemoryTrainer {
  /// The model in its present state.
  public var model: Memory { body.model }
  /// How the model is trained.
  public let configuration: MemoryConfiguration
  /// Steps taken, skipped ones among them.
  public var step: Int { body.step }
  /// Steps that left the parameters alone.
  public var skipped: Int { body.skipped }

  /// The optimiser's step size; the configuration's until a schedule changes it.
  public var learningRate: Float {
    get { body.optimiser.learningRate }
    set { body.optimiser.learningRate = newValue }
  }

  /// The processes that share every batch.
  package var ranks: any Communicator = SoleProcess()

  private var body: TrainerBody<Memory>

  /// Creates a trainer with a fresh model.
  ///
  /// - Parameter seed: root of the stream `memory/weights`.
  public init(_ configuration: MemoryConfiguration, seed: UInt64) {
    var stream = RandomStream(root: seed, name: "memory/weights")
    self.configuration = configuration
    body = TrainerBody(
      Memory(configuration, stream: &stream), learningRate: configuration.learningRate,
      skipMultiple: configuration.gradientSkipMultiple)
  }

  /// Goes on with other parameters, from an optimiser that has not taken a step.
  ///
  /// - Parameter model: of the same configuration.
  public func replaceModel(_ model: Memory) {
    body.replace(model, learningRate: configuration.learningRate)
  }

  /// Goes on with rewards in another unit: what the model says of them is so many times what it was.
  ///
  /// The optimiser's moments stay: the error has the size in the new unit that it had in the old one.
  func multiplyReward(by factor: Float) { body.model.multiplyReward(by: factor) }

  /// Takes one training step on sequences that start anew.
  @discardableResult
  public func step(_ batch: MemoryBatch) -> MemoryStep {
    finish(parts(of: batch, from: nil), of: batch)
  }

  /// Takes one training step on sequences that go on where the last step left them.
  ///
  /// - Parameter state: what the sequences start from; then, what they ended in.
  @discardableResult
  public func step(_ batch: MemoryBatch, carrying state: inout MemoryState) -> MemoryStep {
    let count = batch.count * configuration.hiddenSize
    precondition(
      state.hidden.count == count && state.cell.count == count,
      "MemoryTrainer.step: a state of \(state.hidden.count) numbers for \(batch.count) sequences; give \(count)"
    )
    let parts = parts(of: batch, from: state)
    state.hidden = parts.flatMap(\.state.hidden.scalars)
    state.cell = parts.flatMap(\.state.cell.scalars)
    return finish(parts, of: batch)
  }

  private func finish(_ parts: [Part], of batch: MemoryBatch) -> MemoryStep {
    let gradients = Gradients(sumOf: parts.map(\.gradients))
    var report = MemoryStep(
      parts.map(\.terms), weight: Double(batch.totalWeight), configuration, step: step)
    (report.gradientNorm, report.skipped) = body.take(
      gradients, loss: report.loss, clipping: .value(configuration.gradientClipValue))
    return report
  }

  private func parts(of batch: MemoryBatch, from state: MemoryState?) -> [Part] {
    batch.check(configuration)
    let (model, count, weight) = (model, batch.count, batch.totalWeight)
    let packed = model.recurrent.packed()
    precondition(weight > 0, "MemoryTrainer.step: all weights are 0; give a step that counts")
    return TrainerBody<Memory>.microbatches(
      configuration.microbatches, of: count, in: ranks
    ) { range in
      Part(model, packed, batch, range, state?.part(range, of: count), totalWeight: weight)
    }
  }

  /// Everything that is needed to go on, bit for bit; the states of carried sequences are their owner's.
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
private struct Part: Transmissible {
  let gradients: Gradients
  let terms: MemoryTerms
  let state: RecurrentState

  func write(to writer: inout ByteWriter) {
    gradients.write(to: &writer)
    writer.write(terms)
    for tensor in [state.hidden, state.cell] { tensor.write(to: &writer) }
  }

  init(from reader: inout ByteReader) {
    gradients = Gradients(from: &reader)
    terms = reader.read()
    state = RecurrentState(hidden: Tensor(from: &reader), cell: Tensor(from: &reader))
  }

  init(
    _ model: Memory, _ packed: PackedRecurrence, _ batch: MemoryBatch, _ range: Range<Int>,
    _ start: RecurrentState?, totalWeight: Float
  ) {
    let configuration = model.configuration
    let x = batch.inputs(of: range, configuration)
    let targets = batch.targets(of: range, configuration)
    let keeps = batch.keeps(of: range)
    var terms = MemoryTerms()
    var state: RecurrentState?
    let (_, gradient) = valueAndGradient(of: model) { model in
      let (hidden, end) = model.recurrent(x, from: start, keeps: keeps, packed: packed)
      state = end
      return model.loss(after: hidden, to: targets, totalWeight: totalWeight, terms: &terms)
    }
    gradients = Gradients(gradient)
    self.terms = terms
    let none = Tensor(uninitialized: [0])
    self.state = state ?? RecurrentState(hidden: none, cell: none)
  }
}

extension MemoryState {
  fileprivate func part(_ range: Range<Int>, of count: Int) -> RecurrentState {
    let size = hidden.count / count
    let places = range.lowerBound * size..<range.upperBound * size
    return RecurrentState(
      hidden: Tensor(Array(hidden[places]), shape: [range.count, size]),
      cell: Tensor(Array(cell[places]), shape: [range.count, size]))
  }
}

extension MemoryStep {
  fileprivate init(
    _ parts: [MemoryTerms], weight: Double, _ configuration: MemoryConfiguration, step: Int
  ) {
    let mean = { (term: KeyPath<MemoryTerms, Double>) in
      Float(parts.reduce(0) { $0 + $1[keyPath: term] } / weight)
    }
    self.step = step
    nats = mean(\.latents) / Float(configuration.latentSize)
    reward = mean(\.rewards)
    termination = mean(\.terminations)
    loss = nats + configuration.rewardWeight * reward + termination
    gradientNorm = 0
    skipped = false
  }
}
