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

    let step: FrozenMemoryStep

    init(slots: Int, hiddenSize: Int, step: FrozenMemoryStep) {
      (count, self.hiddenSize, self.step) = (slots, hiddenSize, step)
    }

    /// Starts an episode in a slot: zeros, and 1 as the restart input of its next step.
    public func reset(_ slot: Int) {
      check(slot, "reset")
      step.isRestart[slot] = true
      units(of: slot).update(repeating: 0, count: step.recurrence.paddedHidden)
      cells(of: slot).update(repeating: 0, count: step.recurrence.paddedHidden)
    }

    /// The hidden state h of a slot, `[hiddenSize]`, until the next step.
    public func hidden(of slot: Int) -> UnsafeBufferPointer<Float> {
      check(slot, "hidden(of:)")
      return UnsafeBufferPointer(start: units(of: slot), count: hiddenSize)
    }

    /// The cell c of a slot, `[hiddenSize]`, until the next step.
    public func cell(of slot: Int) -> UnsafeBufferPointer<Float> {
      check(slot, "cell(of:)")
      return UnsafeBufferPointer(start: cells(of: slot), count: hiddenSize)
    }

    /// A copy of a slot.
    public func snapshot(of slot: Int) -> Snapshot {
      Snapshot(
        hidden: Array(hidden(of: slot)), cell: Array(cell(of: slot)),
        isRestart: step.isRestart[slot])
    }

    /// Puts a copy back, into any slot of a state of the same hidden size.
    public func restore(_ snapshot: Snapshot, to slot: Int) {
      precondition(
        snapshot.hidden.count == hiddenSize && snapshot.cell.count == hiddenSize,
        "restore: \(snapshot.hidden.count) hidden numbers for a state of \(hiddenSize)")
      reset(slot)
      units(of: slot).update(from: snapshot.hidden, count: hiddenSize)
      cells(of: slot).update(from: snapshot.cell, count: hiddenSize)
      step.isRestart[slot] = snapshot.isRestart
    }

    func units(of slot: Int) -> UnsafeMutablePointer<Float> {
      step.units.pointer + slot * step.recurrence.paddedHidden
    }

    private func cells(of slot: Int) -> UnsafeMutablePointer<Float> {
      step.cells.pointer + slot * step.recurrence.paddedHidden
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
