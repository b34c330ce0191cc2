import Layers
import Ranks
import Tensors
import Threads

/// What every trainer consists of: a model, its optimiser and what watches over the steps.
struct TrainerBody<Model: Parameterized> {
  /// The model in its present state.
  var model: Model
  /// The optimiser.
  var optimiser: Adam
  /// Steps taken, skipped ones among them.
  private(set) var step = 0
  /// Steps that left the parameters alone.
  private(set) var skipped = 0
  private var watch: GradientWatch

  /// A limit on gradients; 0 for none.
  enum Clipping {
    /// Of the norm of all together, to which a larger one is scaled down.
    case norm(Float)
    /// Of every element.
    case value(Float)
  }

  /// Begins with a fresh model.
  init(_ model: Model, learningRate: Float, skipMultiple: Float) {
    self.model = model
    optimiser = Adam(learningRate: learningRate)
    watch = GradientWatch(multiple: skipMultiple)
  }

  /// Goes on with other parameters, from an optimiser that has not taken a step.
  mutating func replace(_ model: Model, learningRate: Float) {
    precondition(
      model.parameterShapes == self.model.parameterShapes,
      "replaceModel: a model of other sizes; give one of the same configuration")
    self.model = model
    optimiser = Adam(learningRate: learningRate)
  }

  /// Sets what no gradient trains.
  mutating func change(_ body: (inout Model) -> Void) { body(&model) }

  /// Takes the step of a batch, unless loss or gradient is not finite or explodes.
  ///
  /// - Returns: the norm of the gradient before it is clipped, and whether the step was skipped.
  mutating func take(
    _ gradients: Gradients, loss: Float, clipping: Clipping
  ) -> (norm: Float, isSkipped: Bool) {
    let norm = Float(gradients.norm)
    let isSkipped = !watch.accepts(loss: loss, norm: norm)
    step += 1
    guard !isSkipped else {
      skipped += 1
      return (norm, true)
    }
    switch clipping {
    case .norm(let limit):
      let scale = Gradients.clippingScale(
        norm: Double(norm), limit: limit > 0 ? Double(limit) : nil)
      optimiser.update(&model, gradients: gradients.tensors, scale: scale)
    case .value(let limit):
      var gradients = gradients
      if limit > 0 { gradients.clip(byValue: limit) }
      optimiser.update(&model, gradients: gradients.tensors)
    }
    return (norm, false)
  }

  /// Cuts a batch's examples into microbatches, whatever the machines, and works on them side by side.
  ///
  /// - Parameters:
  ///   - parts: into how many; those without an example are left out.
  ///   - count: examples in the batch.
  ///   - ranks: the processes that share them; each tells all others what its own came to.
  ///   - work: on the examples of a range; called from any thread.
  /// - Returns: the outcomes, in the order of the examples; the same bits for any number of ranks.
  static func microbatches<Outcome: Transmissible>(
    _ parts: Int, of count: Int, in ranks: any Communicator, _ work: (Range<Int>) -> Outcome
  ) -> [Outcome] {
    let ranges = (0..<parts).map { ($0 * count / parts)..<(($0 + 1) * count / parts) }
      .filter { !$0.isEmpty }
    let own = ranks.share(of: ranges.count)
    var outcomes = [Outcome?](repeating: nil, count: own.count)
    outcomes.withUnsafeMutableBufferPointer { outcomes in
      parallelFor(own.count) { outcomes[$0] = work(ranges[own.lowerBound + $0]) }
    }
    return ranks.gather(outcomes.compactMap { $0 })
  }
}

// What is saved.
extension TrainerBody {
  /// Everything that is needed to go on, bit for bit.
  var state: TrainerState {
    var arrays = entries("model", model.parameters.map(\.value))
    if !optimiser.firstMoments.isEmpty {
      arrays += entries("adam.first", optimiser.firstMoments)
      arrays += entries("adam.second", optimiser.secondMoments)
    }
    arrays.append(.init(name: "gradient.average", shape: [1], values: [watch.average]))
    return TrainerState(
      arrays: arrays,
      counters: [
        .init(name: "step", value: step), .init(name: "skipped", value: skipped),
        .init(name: "adam.step", value: optimiser.step),
        .init(name: "gradient.count", value: watch.count),
      ])
  }

  /// The body that a state of the same configuration holds.
  ///
  /// - Throws: `TrainerStateError` where an entry is missing or has another shape.
  func restored(from state: TrainerState) throws(TrainerStateError) -> TrainerBody {
    var result = self
    let weights = try tensors("model", state)
    let optimiserStep = try state.counter("adam.step")
    let first = optimiserStep > 0 ? try tensors("adam.first", state) : []
    let second = optimiserStep > 0 ? try tensors("adam.second", state) : []
    result.watch.average = try state.entry("gradient.average").values.first ?? 0
    result.watch.count = try state.counter("gradient.count")
    (result.step, result.skipped) = (try state.counter("step"), try state.counter("skipped"))
    var index = 0
    result.model.visitParameters { _, parameter in
      parameter = weights[index]
      index += 1
    }
    result.optimiser.restore(step: optimiserStep, firstMoments: first, secondMoments: second)
    return result
  }

  private func entries(_ prefix: String, _ tensors: [Tensor]) -> [TrainerState.Entry] {
    zip(model.parameters, tensors).map { parameter, tensor in
      .init(name: "\(prefix).\(parameter.name)", shape: tensor.shape, values: tensor.scalars)
    }
  }

  private func tensors(
    _ prefix: String, _ state: TrainerState
  ) throws(TrainerStateError) -> [Tensor] {
    var list: [Tensor] = []
    for (name, value) in model.parameters {
      let entry = try state.entry("\(prefix).\(name)")
      guard entry.shape == value.shape, entry.values.count == value.count else {
        throw TrainerStateError(
          operation: "restore", place: entry.name,
          cause: "shape \(entry.shape) where the model has \(value.shape)",
          remedy: "restore with the configuration the state was saved with")
      }
      list.append(Tensor(entry.values, shape: entry.shape))
    }
    return list
  }
}
