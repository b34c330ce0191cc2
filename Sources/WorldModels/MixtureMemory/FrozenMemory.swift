import Randomness
import Tensors

/// M with frozen weights, for any thread: steps many slots at once, in the dream or along the world.
///
/// A step allocates nothing. A slot's bits depend on its own state, inputs and stream alone: neither
/// on the other slots of the step nor on the number of threads. They differ from the training form's by
/// rounding: after twenty steps by less than 3e-6 of the outputs' norm.
///
/// A dream's step draws `latentSize` words of 64 bits from the slot's stream, one a dimension; in NumPy's
/// terms, with `word = generator.bit_generator.random_raw()`, τ the temperature and logits, means and
/// log sigmas the outputs of M:
/// ```
/// share = (word >> 8 & 0xFFFFFF) / 2**24                      # shared mixture: of the first word
/// k = min(sum(cumsum(softmax(logits / τ)) <= share), mixtures - 1)
/// tail = ((word >> 40 & 0x7FFFFF) + 0.5) / 2**24
/// noise = -scipy.special.ndtri(tail) * (-1 if word >> 63 else 1)
/// latent = means[k] + exp(clip(log_sigmas[k], low, high)) * sqrt(τ) * noise
/// ```
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018), for what the temperature does.
public final class FrozenMemory: Sendable {
  /// How the model was built.
  public let configuration: MemoryConfiguration

  private let recurrence: FrozenRecurrence
  private let mixture: FrozenMixture

  /// Freezes a model.
  public init(_ model: Memory) {
    configuration = model.configuration
    recurrence = FrozenRecurrence(
      inputWeight: model.recurrent.inputWeight, recurrentWeight: model.recurrent.recurrentWeight,
      bias: model.recurrent.bias)
    mixture = FrozenMixture(
      weight: model.output.weight, bias: model.output.bias, paddedHidden: recurrence.paddedHidden,
      shape: FrozenMixture.Shape(model.configuration))
  }

  /// A state of zeros, every slot at the start of an episode.
  ///
  /// - Parameter slots: 1 or more.
  public func makeState(slots: Int) -> State {
    precondition(slots >= 1, "FrozenMemory.makeState: \(slots) slots; give 1 or more")
    let step = FrozenMemoryStep(
      slots: slots, configuration, recurrence: recurrence, mixture: mixture)
    return State(slots: slots, hiddenSize: recurrence.hidden, step: step)
  }

  /// Dreams one step: advances the hidden state and samples the next latents.
  ///
  /// - Parameters:
  ///   - latents: `[slots, latentSize]`: in, the present latents; out, the next ones.
  ///   - actions: `[slots, actionSize]`.
  ///   - state: of the same number of slots.
  ///   - streams: one a slot; each active slot draws `latentSize` words.
  ///   - active: which slots to step; nil means all. The others cost nothing and keep everything.
  ///   - temperature: τ > 0: logits are divided by it, noise is multiplied by its root.
  ///   - rewards: `[slots]`, or nil.
  ///   - terminations: `[slots]`, the logits of termination; or nil.
  public func step(
    latents: UnsafeMutableBufferPointer<Float>, actions: UnsafeBufferPointer<Float>, state: State,
    streams: UnsafeMutableBufferPointer<RandomStream>, active: UnsafeBufferPointer<Bool>? = nil,
    temperature: Float = 1, rewards: UnsafeMutableBufferPointer<Float>? = nil,
    terminations: UnsafeMutableBufferPointer<Float>? = nil
  ) {
    precondition(
      temperature > 0 && streams.count >= state.count,
      "FrozenMemory.step: temperature \(temperature), \(streams.count) streams for \(state.count) slots"
    )
    precondition(
      fits(rewards, state, configuration.predictsReward)
        && fits(terminations, state, configuration.predictsTermination),
      "FrozenMemory.step: rewards or terminations are asked of a model without them, or too few")
    let sampling = FrozenMemoryStep.Sampling(
      streams: streams, temperature: temperature, latents: latents, rewards: rewards,
      terminations: terminations)
    run(UnsafeBufferPointer(latents), actions, state, active, sampling)
  }

  /// Advances the hidden state alone, along a world that gives the latents.
  ///
  /// - Parameters:
  ///   - latents: `[slots, latentSize]`.
  ///   - actions: `[slots, actionSize]`.
  ///   - state: of the same number of slots.
  ///   - active: which slots to advance; nil means all.
  public func advance(
    latents: UnsafeBufferPointer<Float>, actions: UnsafeBufferPointer<Float>, state: State,
    active: UnsafeBufferPointer<Bool>? = nil
  ) {
    run(latents, actions, state, active, nil)
  }

  /// Writes what M says of a slot's next latent, `[outputSize]`: logits, means, log sigmas, heads.
  ///
  /// Log sigmas are written without their bounds.
  public func outputs(
    of slot: Int, _ state: State, into result: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      slot >= 0 && slot < state.count && result.count >= configuration.outputSize,
      "FrozenMemory.outputs: slot \(slot) of \(state.count), room for \(result.count) numbers")
    guard let result = result.baseAddress else { return }
    mixture.outputs(state.units(of: slot), rows: 1, into: result)
  }

  private func run(
    _ latents: UnsafeBufferPointer<Float>, _ actions: UnsafeBufferPointer<Float>, _ state: State,
    _ active: UnsafeBufferPointer<Bool>?, _ sampling: FrozenMemoryStep.Sampling?
  ) {
    precondition(
      latents.count >= state.count * configuration.latentSize
        && actions.count >= state.count * configuration.actionSize
        && active?.count ?? state.count >= state.count,
      "FrozenMemory: \(latents.count) latents and \(actions.count) actions for \(state.count) slots"
    )
    precondition(
      state.step.recurrence === recurrence, "FrozenMemory: the state is another model's")
    state.step.run(
      FrozenMemoryStep.Inputs(latents: latents, actions: actions), sampling, active: active)
  }

  private func fits(
    _ buffer: UnsafeMutableBufferPointer<Float>?, _ state: State, _ isPredicted: Bool
  ) -> Bool {
    guard let buffer else { return true }
    return isPredicted && buffer.count >= state.count
  }
}

extension FrozenMixture.Shape {
  init(_ configuration: MemoryConfiguration) {
    self.init(
      latents: configuration.latentSize, mixtures: configuration.mixtures,
      isShared: configuration.sharesMixture,
      logSigma: configuration.logSigmaLow...configuration.logSigmaHigh,
      hasReward: configuration.predictsReward, hasTermination: configuration.predictsTermination)
  }
}
