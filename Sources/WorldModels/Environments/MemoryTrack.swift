import EnvironmentKit

/// The present latents of slots with M's states beside them, and what an agent is shown of both.
///
/// M's state is what M is after it has consumed every latent before the present one, each with the
/// action that was taken from it: the present latent and that state together are all that is known.
final class MemoryTrack {
  /// M and its states; nil where an agent sees through V alone.
  let memory: (model: FrozenMemory, state: FrozenMemory.State)?
  /// What an agent is shown.
  let input: AgentInput
  /// The fields that `observe` writes.
  let observationSpace: ObservationSpace
  /// Numbers of a latent.
  let latentSize: Int
  /// `[slot, latentSize]`.
  let latents: UnsafeMutableBufferPointer<Float>
  /// `[slot, actionSize]`: the actions as M reads them.
  let actions: UnsafeMutableBufferPointer<Float>

  private let encoding: ActionEncoding
  private let actionSpace: ActionSpace
  private let actionSize: Int

  /// - Throws: where M is of other latents or actions, or is missing and asked for.
  init(
    slots: Int, latentSize: Int, memory: FrozenMemory?, input: AgentInput,
    actions space: ActionSpace, encoding: ActionEncoding, place: String
  ) throws {
    try Self.check(memory, latentSize, input, space, encoding, place)
    self.memory = memory.map { ($0, $0.makeState(slots: slots)) }
    (self.input, self.latentSize, self.encoding) = (input, latentSize, encoding)
    actionSpace = space
    actionSize = encoding.size(for: space)
    observationSpace = input.observationSpace(
      latentSize: latentSize, hiddenSize: memory?.configuration.hiddenSize ?? 0)
    latents = .allocate(capacity: slots * latentSize)
    latents.initialize(repeating: 0)
    actions = .allocate(capacity: memory == nil ? 0 : slots * actionSize)
    actions.initialize(repeating: 0)
  }

  deinit {
    latents.deallocate()
    actions.deallocate()
  }

  private static func check(
    _ memory: FrozenMemory?, _ latentSize: Int, _ input: AgentInput, _ space: ActionSpace,
    _ encoding: ActionEncoding, _ place: String
  ) throws {
    guard let memory else {
      guard input == .latent else {
        throw EnvironmentError(
          operation: "observe", place: place,
          cause: "the agent's input \(input.rawValue) needs a memory, and there is none",
          remedy: "give a memory, or the input \(AgentInput.latent.rawValue)")
      }
      return
    }
    let (wanted, size) = (memory.configuration, encoding.size(for: space))
    guard wanted.latentSize == latentSize, wanted.actionSize == size else {
      throw EnvironmentError(
        operation: "remember", place: place,
        cause: "the memory reads \(wanted.latentSize) latents and \(wanted.actionSize) numbers an "
          + "action; here are \(latentSize) and, as \(encoding.rawValue), \(size)",
        remedy: "give the memory that was trained with this vision and action encoding")
    }
  }

  /// One slot's present latent.
  func latent(of slot: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: latents[slot * latentSize..<(slot + 1) * latentSize])
  }

  /// Makes the action of a slot readable for M.
  func encode(_ actions: ActionBuffer, of slot: Int) {
    encoding.encode(
      slot: slot, of: actions, in: actionSpace,
      into: UnsafeMutableBufferPointer(
        rebasing: self.actions[slot * actionSize..<(slot + 1) * actionSize]))
  }

  /// Lets M consume the present latents and the encoded actions of the active slots.
  func advance(active: UnsafeMutableBufferPointer<Bool>) {
    guard let memory else { return }
    memory.model.advance(
      latents: UnsafeBufferPointer(latents), actions: UnsafeBufferPointer(actions),
      state: memory.state, active: UnsafeBufferPointer(active))
  }

  /// Lets M forget: an episode starts.
  func restart(_ slot: Int) { memory?.state.reset(slot) }

  /// Writes what the agent is shown of a slot: the present latent and M's state.
  func observe(_ slot: Int, into row: UnsafeMutableBufferPointer<Float>) {
    observe(slot, latent: UnsafeBufferPointer(latent(of: slot)), into: row)
  }

  /// Writes what the agent is shown of a slot with another latent in the place of the present one.
  func observe(
    _ slot: Int, latent: UnsafeBufferPointer<Float>, into row: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      row.count >= observationSpace.count,
      "observe: room for \(row.count) numbers; give \(observationSpace.count)")
    guard var target = row.baseAddress else { return }
    func write(_ numbers: UnsafeBufferPointer<Float>) {
      guard let source = numbers.baseAddress else { return }
      target.update(from: source, count: numbers.count)
      target += numbers.count
    }
    write(latent)
    guard input != .latent, let state = memory?.state else { return }
    if input == .latentCellHidden { write(state.cell(of: slot)) }
    write(state.hidden(of: slot))
  }

  /// - Throws: where a latent or a state of M is not of this track's sizes.
  func checkFits(
    _ latent: [Float], _ snapshot: FrozenMemory.Snapshot?, place: String
  ) throws {
    let hidden = memory?.state.hiddenSize
    guard latent.count == latentSize, snapshot?.hidden.count == hidden,
      snapshot?.cell.count == hidden
    else {
      throw EnvironmentError(
        operation: "setState", place: place,
        cause:
          "a latent of \(latent.count) and a memory of \(snapshot?.hidden.count ?? 0) numbers, "
          + "here they are of \(latentSize) and \(hidden ?? 0)",
        remedy: "give a snapshot of the same vision and memory")
    }
  }

  /// Puts a slot at a latent and, where there is a memory, at one of its states.
  ///
  /// - Precondition: both were checked.
  func restore(_ latent: [Float], _ snapshot: FrozenMemory.Snapshot?, to slot: Int) {
    _ = self.latent(of: slot).update(fromContentsOf: latent)
    if let snapshot { memory?.state.restore(snapshot, to: slot) }
  }
}
