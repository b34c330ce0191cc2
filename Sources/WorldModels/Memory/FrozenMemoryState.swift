import Tensors

extension FrozenMemory {
  /// The hidden states of slots, and the memory that steps need, allocated once.
  ///
  /// It belongs to one thread at a time.
  public final class State {
    /// Number of slots.
    public let count: Int
    /// Numbers of a slot's hidden state.
    public let hiddenSize: Int

    let stride: Int
    let units: FloatBuffer
    let cells: FloatBuffer
    let isRestart: UnsafeMutableBufferPointer<Bool>
    let work: FrozenMemoryWork

    init(slots: Int, recurrence: FrozenRecurrence, mixture: FrozenMixture) {
      precondition(slots >= 1, "FrozenMemory.makeState: \(slots) slots; give 1 or more")
      count = slots
      hiddenSize = recurrence.hidden
      stride = recurrence.paddedHidden
      units = FloatBuffer(zeros: slots * stride)
      cells = FloatBuffer(zeros: slots * stride)
      isRestart = .allocate(capacity: slots)
      isRestart.initialize(repeating: true)
      work = FrozenMemoryWork(slots: slots, recurrence: recurrence, mixture: mixture)
    }

    deinit { isRestart.deallocate() }

    /// Starts an episode in a slot: zeros, and 1 as the restart input of its next step.
    public func reset(_ slot: Int) {
      check(slot, "reset")
      isRestart[slot] = true
      (units.pointer + slot * stride).update(repeating: 0, count: stride)
      (cells.pointer + slot * stride).update(repeating: 0, count: stride)
    }

    /// The hidden state h of a slot, `[hiddenSize]`, until the next step.
    public func hidden(of slot: Int) -> UnsafeBufferPointer<Float> {
      check(slot, "hidden(of:)")
      return UnsafeBufferPointer(start: units.pointer + slot * stride, count: hiddenSize)
    }

    /// The cell c of a slot, `[hiddenSize]`, until the next step.
    public func cell(of slot: Int) -> UnsafeBufferPointer<Float> {
      check(slot, "cell(of:)")
      return UnsafeBufferPointer(start: cells.pointer + slot * stride, count: hiddenSize)
    }

    /// A copy of a slot.
    public func snapshot(of slot: Int) -> Snapshot {
      Snapshot(
        hidden: Array(hidden(of: slot)), cell: Array(cell(of: slot)), isRestart: isRestart[slot])
    }

    /// Puts a copy back, into any slot of a state of the same hidden size.
    public func restore(_ snapshot: Snapshot, to slot: Int) {
      precondition(
        snapshot.hidden.count == hiddenSize && snapshot.cell.count == hiddenSize,
        "restore: \(snapshot.hidden.count) hidden numbers for a state of \(hiddenSize)")
      reset(slot)
      (units.pointer + slot * stride).update(from: snapshot.hidden, count: hiddenSize)
      (cells.pointer + slot * stride).update(from: snapshot.cell, count: hiddenSize)
      isRestart[slot] = snapshot.isRestart
    }

    private func check(_ slot: Int, _ operation: String) {
      precondition(
        slot >= 0 && slot < count, "FrozenMemory.State.\(operation): slot \(slot) of \(count)")
    }
  }

  /// One slot's state, by value.
  public struct Snapshot: Sendable, Hashable, Codable {
    /// `[hiddenSize]`.
    public var hidden: [Float]
    /// `[hiddenSize]`.
    public var cell: [Float]
    /// Whether the slot has not been stepped since its episode began.
    public var isRestart: Bool
  }
}

/// What a step writes on its way, by row: an active slot's place among the active.
final class FrozenMemoryWork {
  /// `[row]`: the slot of each row.
  let slots: UnsafeMutablePointer<Int32>
  /// `[row, rowSize]`: inputs and hidden state before the step.
  let rows: FloatBuffer
  /// `[row, paddedHidden]`: the hidden state after the step.
  let next: FloatBuffer
  /// `[row, logits]`.
  let logits: FloatBuffer
  /// `[row, latents]`.
  let words: UnsafeMutablePointer<UInt64>

  init(slots count: Int, recurrence: FrozenRecurrence, mixture: FrozenMixture) {
    slots = .allocate(capacity: count)
    slots.initialize(repeating: 0, count: count)
    rows = FloatBuffer(zeros: count * recurrence.rowSize)
    next = FloatBuffer(zeros: count * recurrence.paddedHidden)
    logits = FloatBuffer(zeros: count * mixture.shape.logits)
    words = .allocate(capacity: count * mixture.shape.latents)
    words.initialize(repeating: 0, count: count * mixture.shape.latents)
  }

  deinit {
    slots.deallocate()
    words.deallocate()
  }

  /// Lists the active slots of `count` ones, ascending; returns their number.
  func choose(_ active: UnsafeBufferPointer<Bool>?, of count: Int) -> Int {
    var rows = 0
    for slot in 0..<count where active?[slot] ?? true {
      slots[rows] = Int32(truncatingIfNeeded: slot)
      rows += 1
    }
    return rows
  }
}
