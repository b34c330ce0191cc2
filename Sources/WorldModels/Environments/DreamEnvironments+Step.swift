import EnvironmentKit

extension DreamEnvironments {
  /// Acts once in every active slot.
  ///
  /// - Throws: where an ended slot was not reset, an action does not exist, or the model imagines what
  ///   is not a number. In the first two cases no slot was stepped.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<Float>
  ) throws {
    for slot in 0..<count {
      let isActive = active?[slot] ?? true
      slots.dreams[slot] = isActive && !slots.ended[slot]
      if isActive { try check(slot, actions) }
    }
    state.imagine(
      after: actions, active: UnsafeBufferPointer(slots.dreams),
      DreamHeads(
        streams: slots.noiseStreams, temperature: temperature, rewards: slots.rewards,
        ends: slots.logits))
    for slot in 0..<count where active?[slot] ?? true {
      if slots.dreams[slot] { try finishStep(slot, buffers) } else { start(slot, buffers) }
    }
  }

  private func check(_ slot: Int, _ actions: ActionBuffer) throws {
    guard slots.dreams[slot] else {
      if autoreset == .nextStep { return }
      throw failure("step", slot, "the episode has ended", "reset this slot before stepping it")
    }
    guard isAction(slot, actions) else {
      throw failure("step", slot, "no such action", "give an action of \(actionSpace)")
    }
  }

  private func isAction(_ slot: Int, _ actions: ActionBuffer) -> Bool {
    switch (actions, actionSpace) {
    case (.indices(let indices), .discrete(let names)):
      return indices[slot] >= 0 && indices[slot] < names.count
    case (.rows(let rows), .continuous(let bounds)):
      // NaN lies in no bounds.
      return bounds.indices.allSatisfy { bounds[$0].contains(rows[slot * bounds.count + $0]) }
    default: return false
    }
  }

  /// Reads what the model foretold, and shows the slot.
  private func finishStep(_ slot: Int, _ buffers: BatchBuffers<Float>) throws {
    let reward = imagination.predictsReward ? slots.rewards[slot] : 1
    let sum = state.feature(0, of: slot).reduce(reward + slots.logits[slot], +)
    guard sum.isFinite else {
      throw failure("step", slot, "the model dreams what is not a number", "train it again")
    }
    slots.steps[slot] += 1
    let terminates = terminates(slot)
    let truncates = !terminates && slots.steps[slot] >= specification.maximumSteps
    observe(slot, into: buffers.observation(slot))
    if terminates || truncates { end(slot, buffers) }
    buffers.rewards[slot] = reward
    buffers.terminated[slot] = terminates
    buffers.truncated[slot] = truncates
  }

  private func terminates(_ slot: Int) -> Bool {
    guard imagination.predictsEnd else { return false }
    let probability = settings.endProbability(
      logit: slots.logits[slot], weight: imagination.endWeight)
    slots.endProbabilities[slot] = probability
    switch settings.ending {
    case .threshold: return probability > settings.endThreshold
    case .sampled: return slots.endStreams[slot].random() < Double(probability)
    }
  }

  /// Keeps the last observation, and starts anew where the mode says so.
  private func end(_ slot: Int, _ buffers: BatchBuffers<Float>) {
    _ = buffers.finalObservation(slot).update(fromContentsOf: buffers.observation(slot))
    if autoreset == .sameStep {
      let probability = slots.endProbabilities[slot]
      start(slot, buffers)
      slots.endProbabilities[slot] = probability
    } else {
      slots.ended[slot] = true
    }
  }

  /// Starts an episode where the slot's streams are.
  func start(_ slot: Int, _ buffers: BatchBuffers<Float>) {
    let start = starts[slots.startStreams[slot].integers(in: 0..<starts.count)]
    state.begin(slot, at: start, drawing: &slots.startStreams[slot])
    slots.begin(slot)
    observe(slot, into: buffers.observation(slot))
    buffers.rewards[slot] = 0
    buffers.terminated[slot] = false
    buffers.truncated[slot] = false
  }

  func failure(
    _ operation: String, _ slot: Int, _ cause: String, _ remedy: String
  ) -> EnvironmentError {
    EnvironmentError(
      operation: operation, place: "the dream of \(specification.id), slot \(slot)", cause: cause,
      remedy: remedy)
  }
}
