/// The worlds of a batch in memory, and how one of them is stepped and observed.
///
/// All of it can be compiled for a world where a batch of it is made, so that stepping a world costs no
/// call through its witness table.
@usableFromInline
struct WorldSlots<W: World> {
  @usableFromInline let worlds: UnsafeMutablePointer<W>
  @usableFromInline let ended: UnsafeMutablePointer<Bool>
  @usableFromInline let count: Int
  @usableFromInline let autoreset: AutoresetMode
  @usableFromInline let observes: Bool
  /// Components of a row of continuous actions.
  @usableFromInline let rowWidth: Int

  @usableFromInline
  init(_ world: W, count: Int, autoreset: AutoresetMode, observes: Bool) {
    worlds = .allocate(capacity: count)
    worlds.initialize(repeating: world, count: count)
    ended = .allocate(capacity: count)
    ended.initialize(repeating: true, count: count)
    self.count = count
    self.autoreset = autoreset
    self.observes = observes
    rowWidth = world.actionSpace.count
  }

  func deallocate() {
    worlds.deinitialize(count: count)
    worlds.deallocate()
    ended.deallocate()
  }

  /// Steps the active ones of some slots; one that fails does not keep others from their step.
  ///
  /// - Returns: the failure of the lowest slot.
  @inlinable
  func step(
    _ slots: Range<Int>, _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<UInt8>
  ) -> SlotFailure? {
    var first: SlotFailure?
    for slot in slots where active?[slot] ?? true {
      guard let fault = step(slot, actions, buffers) else { continue }
      if first == nil { first = SlotFailure(slot: slot, fault: fault) }
    }
    return first
  }

  @inlinable
  func step(
    _ slot: Int, _ actions: ActionBuffer, _ buffers: BatchBuffers<UInt8>
  ) -> SlotFault? {
    if ended[slot] {
      return autoreset == .nextStep ? reset(slot, seed: nil, buffers) : .ended
    }
    guard let action = action(slot, actions) else { return .noSuchAction }
    let result = worlds[slot].step(action)
    guard result.reward.isFinite else {
      return worlds[slot].fault == nil ? .reward(result.reward) : .world(.step)
    }
    buffers.rewards[slot] = result.reward
    // Flags of many slots lie side by side: a thread that writes one takes all away from the others.
    if buffers.terminated[slot] != result.terminated {
      buffers.terminated[slot] = result.terminated
    }
    if buffers.truncated[slot] != result.truncated { buffers.truncated[slot] = result.truncated }
    if result.ended { return finish(slot, buffers) }
    return observe(slot, into: buffers.observation(slot), during: .step)
  }

  /// Keeps the last observation and starts anew where the mode says so.
  @inlinable
  func finish(_ slot: Int, _ buffers: BatchBuffers<UInt8>) -> SlotFault? {
    let last = buffers.finalObservation(slot)
    if let fault = observe(slot, into: last, during: .step) { return fault }
    if autoreset == .sameStep {
      worlds[slot].reset(seed: nil)
      if worlds[slot].fault != nil { return .world(.reset) }
      return observe(slot, into: buffers.observation(slot), during: .reset)
    }
    ended[slot] = true
    _ = buffers.observation(slot).update(fromContentsOf: last)
    return nil
  }

  /// Starts an episode.
  @inlinable
  func reset(
    _ slot: Int, seed: UInt64?, _ buffers: BatchBuffers<UInt8>
  ) -> SlotFault? {
    worlds[slot].reset(seed: seed)
    if worlds[slot].fault != nil { return .world(.reset) }
    ended[slot] = false
    buffers.rewards[slot] = 0
    buffers.terminated[slot] = false
    buffers.truncated[slot] = false
    return observe(slot, into: buffers.observation(slot), during: .reset)
  }

  @inlinable
  func action(_ slot: Int, _ actions: ActionBuffer) -> W.Action? {
    switch actions {
    case .indices(let indices): return worlds[slot].actionInPlace(index: indices[slot])
    case .rows(let rows):
      return worlds[slot].actionInPlace(
        row: UnsafeBufferPointer(rebasing: rows[slot * rowWidth..<(slot + 1) * rowWidth]))
    }
  }

  @inlinable
  func observe(
    _ slot: Int, into bytes: UnsafeMutableBufferPointer<UInt8>, during operation: SlotOperation
  ) -> SlotFault? {
    guard observes else { return nil }
    var writer = ObservationWriter(bytes)
    worlds[slot].observeInPlace(into: &writer)
    if writer.isComplete { return nil }
    return .observation(operation, written: writer.count, wanted: bytes.count)
  }
}

extension World {
  /// Observes through an exclusive access: a plain call on memory copies the world first.
  @inlinable
  mutating func observeInPlace(into writer: inout ObservationWriter) { observe(into: &writer) }
  /// Likewise.
  @inlinable
  mutating func actionInPlace(index: Int32) -> Action? { action(index: index) }
  /// Likewise.
  @inlinable
  mutating func actionInPlace(row: UnsafeBufferPointer<Float>) -> Action? { action(row: row) }
}

/// What a slot was doing.
@usableFromInline
enum SlotOperation: String, Sendable {
  case reset, step
}

/// Why a slot could not be stepped or reset.
@usableFromInline
enum SlotFault: Sendable {
  case ended
  case noSuchAction
  case reward(Float)
  /// The world itself says what.
  case world(SlotOperation)
  case observation(SlotOperation, written: Int, wanted: Int)
}

/// A fault and its slot.
@usableFromInline
struct SlotFailure: Sendable {
  @usableFromInline let slot: Int
  @usableFromInline let fault: SlotFault

  @usableFromInline
  init(slot: Int, fault: SlotFault) {
    self.slot = slot
    self.fault = fault
  }
}
