import EnvironmentKit

/// Actions out of an array of the caller, checked before anything is done with them.
struct GivenActions {
  private let storage: ActionStorage
  private var space: ActionSpace { storage.space }

  /// Room for the actions of some slots.
  init(of space: ActionSpace, slots: Int) { storage = ActionStorage(space: space, slots: slots) }

  /// The actions read last.
  var buffer: ActionBuffer { storage.buffer }

  /// Where policies write.
  var written: ActionStorage { storage }

  /// Bytes of one action: a 64-bit index, or 32-bit components.
  var actionBytes: Int { storage.rowWidth == 0 ? 8 : 4 * storage.rowWidth }

  /// Reads actions.
  ///
  /// - Parameters:
  ///   - array: `[slot]` of Int64, or `[slot, component]` of Float.
  ///   - reads: whether a slot's action counts; nil where all do.
  /// - Throws: naming the first slot whose action is none of the space.
  func read(_ array: UnsafeRawPointer, reads: ((Int) -> Bool)? = nil) throws {
    switch space {
    case .discrete(let names):
      let given = array.assumingMemoryBound(to: Int64.self)
      let count = Int64(names.count)
      let indices = storage.indices
      for slot in indices.indices where reads?(slot) ?? true {
        // Read once: it is the caller's memory, which another thread may write to.
        let action = given[slot]
        guard action >= 0, action < count else {
          throw CallError.invalid(
            "slot \(slot): action \(action) of \(count); give 0 to \(count - 1) "
              + "(\(names.joined(separator: ", ")))")
        }
        indices[slot] = Int32(truncatingIfNeeded: action)
      }
    case .continuous(let bounds):
      let given = array.assumingMemoryBound(to: Float.self)
      for slot in 0..<storage.slots where reads?(slot) ?? true {
        for (component, range) in bounds.enumerated() {
          let place = slot * bounds.count + component
          let value = given[place]
          // NaN lies in no range.
          guard range.contains(value) else {
            throw CallError.invalid(
              "slot \(slot): component \(component) of its action is \(value); give "
                + "\(range.lowerBound) to \(range.upperBound)")
          }
          storage.rows[place] = value
        }
      }
    }
  }

  /// Writes the actions of some slots into an array of the caller, in the same form.
  func write(to array: UnsafeMutableRawPointer, writes: (Int) -> Bool) {
    for slot in 0..<storage.slots where writes(slot) {
      if storage.rowWidth == 0 {
        array.assumingMemoryBound(to: Int64.self)[slot] = Int64(storage.indices[slot])
      } else {
        for (component, value) in storage.row(of: slot).enumerated() {
          array.assumingMemoryBound(to: Float.self)[slot * storage.rowWidth + component] = value
        }
      }
    }
  }
}
