import Threads

/// N worlds of one type, stepped together: how a single world lifts into a batch.
public final class WorldBatch<W: World>: EnvironmentBatch {
  /// Worlds write bytes.
  public typealias Element = UInt8

  private let worlds: UnsafeMutableBufferPointer<W>
  private let ended: UnsafeMutableBufferPointer<Bool>
  private let autoreset: AutoresetMode
  private let observes: Bool
  /// Slots handled by one thread at a time: fixed, and small enough to balance.
  private let chunk: Int

  /// What the worlds are.
  public let specification: WorldSpecification
  /// Number of slots.
  public var count: Int { worlds.count }
  /// What one observation consists of.
  public var observationSpace: ObservationSpace { specification.observation }
  /// What an agent may do.
  public var actionSpace: ActionSpace { W.Action.space }

  /// Lifts copies of one world.
  ///
  /// - Parameters:
  ///   - world: the world to copy; each slot is reset before its first step.
  ///   - count: number of slots, at least 1.
  ///   - autoreset: what happens when an episode ends.
  ///   - observes: false leaves observation buffers as they are: for those who act without looking
  ///     or on facts alone.
  public init(
    _ world: W, count: Int, autoreset: AutoresetMode = .sameStep, observes: Bool = true
  ) {
    precondition(count >= 1, "WorldBatch: count \(count); give 1 or more")
    worlds = .allocate(capacity: count)
    worlds.initialize(repeating: world)
    ended = .allocate(capacity: count)
    ended.initialize(repeating: true)
    self.autoreset = autoreset
    self.observes = observes
    specification = world.specification
    chunk = max(1, min(16, count / 8))
  }

  deinit {
    worlds.deinitialize()
    worlds.deallocate()
    ended.deallocate()
  }

  /// Starts episodes in the masked slots.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<UInt8>
  ) throws {
    precondition(seeds.count == count, "reset: \(seeds.count) seeds for \(count) slots")
    try forEachSlot { slot in
      guard mask?[slot] ?? true else { return nil }
      worlds[slot].reset(seed: seeds[slot])
      ended[slot] = false
      buffers.rewards[slot] = 0
      buffers.terminated[slot] = false
      buffers.truncated[slot] = false
      return observe(slot, into: buffers.observation(slot), during: "reset")
    }
  }

  /// Acts once in every active slot.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<UInt8>
  ) throws {
    try forEachSlot { slot in
      guard active?[slot] ?? true else { return nil }
      return stepSlot(slot, actions, buffers)
    }
  }

  private func stepSlot(
    _ slot: Int, _ actions: ActionBuffer, _ buffers: BatchBuffers<UInt8>
  ) -> EnvironmentError? {
    if ended[slot] {
      guard autoreset == .nextStep else {
        return failure(
          slot, "step", "the episode has ended", "reset this slot before stepping it")
      }
      return restart(slot, buffers)
    }
    guard let action = action(slot, actions) else {
      return failure(
        slot, "step", "no such action", "give an action of \(W.Action.space)")
    }
    let result = worlds[slot].step(action)
    guard result.reward.isFinite else {
      return failure(
        slot, "step", "the reward is \(result.reward)", "mend the world: rewards are finite")
    }
    buffers.rewards[slot] = result.reward
    buffers.terminated[slot] = result.terminated
    buffers.truncated[slot] = result.truncated
    guard result.ended else {
      return observe(slot, into: buffers.observation(slot), during: "step")
    }
    return finish(slot, buffers)
  }

  /// Keeps the last observation and starts anew where the mode says so.
  private func finish(_ slot: Int, _ buffers: BatchBuffers<UInt8>) -> EnvironmentError? {
    let last = buffers.finalObservation(slot)
    if let error = observe(slot, into: last, during: "step") { return error }
    if autoreset == .sameStep {
      worlds[slot].reset(seed: nil)
      return observe(slot, into: buffers.observation(slot), during: "reset")
    }
    ended[slot] = true
    _ = buffers.observation(slot).update(fromContentsOf: last)
    return nil
  }

  private func restart(_ slot: Int, _ buffers: BatchBuffers<UInt8>) -> EnvironmentError? {
    worlds[slot].reset(seed: nil)
    ended[slot] = false
    buffers.rewards[slot] = 0
    buffers.terminated[slot] = false
    buffers.truncated[slot] = false
    return observe(slot, into: buffers.observation(slot), during: "reset")
  }

  private func action(_ slot: Int, _ actions: ActionBuffer) -> W.Action? {
    switch actions {
    case .indices(let indices): return W.Action(index: indices[slot])
    case .rows(let rows):
      let width = actionSpace.count
      return W.Action(
        row: UnsafeBufferPointer(rebasing: rows[slot * width..<(slot + 1) * width]))
    }
  }

  private func observe(
    _ slot: Int, into bytes: UnsafeMutableBufferPointer<UInt8>, during operation: String
  ) -> EnvironmentError? {
    guard observes else { return nil }
    var writer = ObservationWriter(bytes)
    worlds[slot].observe(into: &writer)
    guard !writer.isComplete else { return nil }
    return failure(
      slot, operation,
      "the world wrote \(writer.count) bytes of observation, its space has "
        + "\(bytes.count)", "mend the world: write every field of its observation space once")
  }

  private func failure(
    _ slot: Int, _ operation: String, _ cause: String, _ remedy: String
  ) -> EnvironmentError {
    EnvironmentError(
      operation: operation, place: "\(specification.id), slot \(slot)", cause: cause,
      remedy: remedy)
  }

  /// Runs work for every slot in chunks on the pool and throws the error of the lowest slot.
  private func forEachSlot(_ work: (Int) -> EnvironmentError?) throws {
    let chunks = (count + chunk - 1) / chunk
    if chunks == 1 {
      for slot in 0..<count { if let error = work(slot) { throw error } }
      return
    }
    let firstError = FirstError()
    parallelFor(chunks) { index in
      for slot in index * chunk..<min(count, (index + 1) * chunk) {
        if let error = work(slot) { firstError.report(error, slot) }
      }
    }
    if let error = firstError.error { throw error }
  }

  /// A snapshot of one slot.
  public func state(of slot: Int) -> any Sendable {
    SlotState(world: worlds[slot], ended: ended[slot])
  }

  /// Puts a snapshot of the same kind of world back.
  public func setState(_ state: any Sendable, of slot: Int) throws {
    guard let state = state as? SlotState<W> else {
      throw failure(
        slot, "setState", "the snapshot is of another kind of world (\(type(of: state)))",
        "give one taken from a batch of \(specification.id)")
    }
    worlds[slot] = state.world
    ended[slot] = state.ended
  }

  /// Draws one slot for people.
  public func draw(_ slot: Int, into frame: inout Frame) {
    let world = worlds[slot]
    frame.withCanvas { world.draw(into: $0) }
  }

  /// The true quantities of one slot.
  public func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {
    worlds[slot].facts(into: values)
  }

  /// What is asked of the agent in a slot.
  public func mission(of slot: Int) -> String { worlds[slot].mission }
}

/// A snapshot of one slot.
private struct SlotState<W: World>: Sendable {
  let world: W
  let ended: Bool
}
