import Threads

/// N worlds of one type, stepped together: how a single world lifts into a batch.
public final class WorldBatch<W: World>: EnvironmentBatch {
  /// Worlds write bytes.
  public typealias Element = UInt8

  @usableFromInline
  typealias Stepping = (
    Range<Int>, ActionBuffer, UnsafeBufferPointer<Bool>?, BatchBuffers<UInt8>
  ) -> SlotFailure?

  private let slots: WorldSlots<W>
  /// Steps some slots; made where the batch is made, for this very world.
  private let stepping: Stepping
  /// Slots handled by one thread at a time: fixed, and small enough to balance.
  private let chunk: Int

  private var sharing = SharingChoice()
  private let firstError = FirstError()

  /// What the worlds are.
  public let specification: WorldSpecification
  /// Number of slots.
  public var count: Int { slots.count }
  /// What one observation consists of.
  public var observationSpace: ObservationSpace { specification.observation }
  /// What an agent may do.
  public let actionSpace: ActionSpace
  /// What happens to a slot whose episode has ended.
  public var autoreset: AutoresetMode { slots.autoreset }

  /// Lifts copies of one world.
  ///
  /// - Parameters:
  ///   - world: the world to copy; each slot is reset before its first step.
  ///   - count: number of slots, at least 1.
  ///   - autoreset: what happens when an episode ends.
  ///   - observes: false leaves observation buffers as they are: for those who act without looking
  ///     or on facts alone.
  @inlinable
  public convenience init(
    _ world: W, count: Int, autoreset: AutoresetMode = .sameStep, observes: Bool = true
  ) {
    precondition(count >= 1, "WorldBatch: count \(count); give 1 or more")
    let slots = WorldSlots(world, count: count, autoreset: autoreset, observes: observes)
    self.init(slots, world.specification, world.actionSpace) {
      slots.step($0, $1, active: $2, into: $3)
    }
  }

  @usableFromInline
  init(
    _ slots: WorldSlots<W>, _ specification: WorldSpecification, _ actionSpace: ActionSpace,
    _ stepping: @escaping Stepping
  ) {
    self.slots = slots
    self.specification = specification
    self.actionSpace = actionSpace
    self.stepping = stepping
    chunk = max(1, min(16, slots.count / 8))
  }

  deinit { slots.deallocate() }

  /// Starts episodes in the masked slots.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<UInt8>
  ) throws {
    precondition(seeds.count == count, "reset: \(seeds.count) seeds for \(count) slots")
    try forEachChunk(during: .reset, shares: true) { range in
      var first: SlotFailure?
      for slot in range where mask?[slot] ?? true {
        guard let fault = slots.reset(slot, seed: seeds[slot], buffers) else { continue }
        if first == nil { first = SlotFailure(slot: slot, fault: fault) }
      }
      return first
    }
  }

  /// Acts once in every active slot.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<UInt8>
  ) throws {
    guard chunks > 1, ThreadCount.current > 1 else {
      return try forEachChunk(during: .step, shares: false) {
        stepping($0, actions, active, buffers)
      }
    }
    let shares = sharing.next()
    let start = ContinuousClock.now
    try forEachChunk(during: .step, shares: shares) { stepping($0, actions, active, buffers) }
    let time = (ContinuousClock.now - start).components
    sharing.record(Double(time.attoseconds) + 1e18 * Double(time.seconds), sharing: shares)
  }

  private var chunks: Int { (count + chunk - 1) / chunk }

  /// Runs work for all slots and throws the error of the lowest slot.
  ///
  /// - Parameter shares: whether chunks of slots go to the threads of the pool.
  private func forEachChunk(
    during operation: SlotOperation, shares: Bool, _ work: (Range<Int>) -> SlotFailure?
  ) throws {
    if !shares || chunks == 1 || ThreadCount.current == 1 {
      if let failure = work(0..<count) { throw error(failure, during: operation) }
      return
    }
    parallelFor(chunks) { index in
      guard let failure = work(index * chunk..<min(count, (index + 1) * chunk)) else { return }
      firstError.report(error(failure, during: operation), failure.slot)
    }
    if let error = firstError.take() { throw error }
  }

  private func error(
    _ failure: SlotFailure, during operation: SlotOperation
  ) -> EnvironmentError {
    let (operation, cause, remedy) =
      switch failure.fault {
      case .ended:
        (operation, "the episode has ended", "reset this slot before stepping it")
      case .noSuchAction:
        (operation, "no such action", "give an action of \(actionSpace)")
      case .reward(let reward):
        (operation, "the reward is \(reward)", "mend the world: rewards are finite")
      case .world(let operation):
        (
          operation, slots.worlds[failure.slot].fault?.cause ?? "the world cannot go on",
          slots.worlds[failure.slot].fault?.remedy ?? "mend the world"
        )
      case .observation(let operation, let written, let wanted):
        (
          operation, "the world wrote \(written) bytes of observation, its space has \(wanted)",
          "mend the world: write every field of its observation space once"
        )
      }
    return EnvironmentError(
      operation: operation.rawValue, place: "\(specification.id), slot \(failure.slot)",
      cause: cause, remedy: remedy)
  }

  /// A snapshot of one slot.
  public func state(of slot: Int) -> any Sendable {
    SlotState(world: slots.worlds[slot], ended: slots.ended[slot])
  }

  /// Puts a snapshot of the same kind of world back.
  public func setState(_ state: any Sendable, of slot: Int) throws {
    guard let state = state as? SlotState<W> else {
      throw EnvironmentError.otherSnapshot(
        state, place: specification.id, slot: slot, wanted: "a batch of \(specification.id)")
    }
    slots.worlds[slot] = state.world
    slots.ended[slot] = state.ended
  }

  /// Draws one slot for people.
  public func draw(_ slot: Int, into frame: inout Frame) {
    frame.withCanvas { slots.worlds[slot].draw(into: $0) }
  }

  /// The true quantities of one slot.
  public func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {
    slots.worlds[slot].facts(into: values)
  }

  /// What is asked of the agent in a slot.
  public func mission(of slot: Int) -> String { slots.worlds[slot].mission }
}

/// A snapshot of one slot.
private struct SlotState<W: World>: Sendable {
  let world: W
  let ended: Bool
}
