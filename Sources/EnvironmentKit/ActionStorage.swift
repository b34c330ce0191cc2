/// Memory for one action per slot, owned and 64-byte aligned: where policies write and batches read.
public final class ActionStorage {
  /// What may be done.
  public let space: ActionSpace
  /// Number of slots.
  public let slots: Int
  /// Indices of discrete actions, one per slot; empty for a continuous space.
  public let indices: UnsafeMutableBufferPointer<Int32>
  /// Components of continuous actions, `[slot, component]`; empty for a discrete space.
  public let rows: UnsafeMutableBufferPointer<Float>
  /// Components of a row; 0 where actions are choices.
  public let rowWidth: Int
  private let memory = OwnedMemory()

  /// Makes room for actions; at first they are index 0, or rows of zeros.
  ///
  /// - Parameters:
  ///   - space: what may be done.
  ///   - slots: number of slots.
  public init(space: ActionSpace, slots: Int) {
    self.space = space
    self.slots = slots
    rowWidth = space.rowWidth
    indices = memory.make(rowWidth == 0 ? slots : 0, 0)
    rows = memory.make(slots * rowWidth, 0)
  }

  /// The actions as a batch takes them; valid as long as this object is.
  public var buffer: ActionBuffer {
    rowWidth == 0
      ? .indices(UnsafeBufferPointer(indices)) : .rows(UnsafeBufferPointer(rows))
  }

  /// The components of one slot's action; empty for a discrete space.
  public func row(of slot: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: rows[slot * rowWidth..<(slot + 1) * rowWidth])
  }

  /// Writes one slot's action.
  ///
  /// - Precondition: it is of the space's kind and width.
  public func set(_ value: ActionValue, of slot: Int) {
    switch value {
    case .index(let index) where rowWidth == 0: indices[slot] = index
    case .row(let components) where components.count == rowWidth:
      _ = row(of: slot).update(fromContentsOf: components)
    default:
      preconditionFailure(
        "ActionStorage.set: \(value) is no action of \(space); give an index for choices, a row of "
          + "\(rowWidth) components for numbers")
    }
  }

  /// One slot's action.
  public func value(of slot: Int) -> ActionValue {
    rowWidth == 0 ? .index(indices[slot]) : .row([Float](row(of: slot)))
  }
}

extension EnvironmentBatch {
  /// Memory for the actions of this batch.
  public func makeActions() -> ActionStorage { ActionStorage(space: actionSpace, slots: count) }
}
