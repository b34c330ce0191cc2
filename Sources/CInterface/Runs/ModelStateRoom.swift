import EnvironmentKit

/// States of a run's world model that C code holds.
final class ModelStateRoom: Held, @unchecked Sendable {
  let run: RunRoom
  let state: ModelState
  let actions: GivenActions

  static let most = 1 << 16

  /// Makes states of slots that have seen nothing.
  init(_ run: RunRoom, slots: Int) throws {
    self.run = run
    let found = try run.agentRun()
    state = try run.working { try ModelState(found, slots: slots) }
    actions = GivenActions(of: state.actions, slots: slots)
  }

  /// The flags of a mask; all where there is none.
  func mask(_ mask: UnsafePointer<UInt8>?) -> [Bool] {
    (0..<state.slots).map { mask?[$0] ?? 1 != 0 }
  }

  /// A slot.
  func slot(_ number: Int32) throws -> Int {
    try checked(number, "slot", in: 0...state.slots - 1)
  }

  /// Shows the model a frame in each chosen slot.
  ///
  /// - Parameters:
  ///   - frames: `[slot, frame]` bytes.
  ///   - given: what was done before, as `GivenActions` reads them; nil where all slots are at first frames.
  func observe(
    _ frames: UnsafePointer<UInt8>?, bytes: Int64, after given: UnsafeRawPointer?, mask: [Bool]
  ) throws {
    let size = run.frames.size
    try checkLength(bytes, "bytes of frames", needs: state.slots * size)
    guard let frames else { throw CallError.invalid("frames: there are none; give some") }
    for slot in 0..<state.slots where mask[slot] {
      try run.check(UnsafeRawBufferPointer(start: frames + slot * size, count: size))
    }
    if let given {
      try actions.read(given) { self.state.readsAction($0, mask: mask) }
    } else if let slot = (0..<state.slots).first(where: { state.readsAction($0, mask: mask) }) {
      throw CallError.invalid(
        "slot \(slot): it has had a frame; give the action that led to this one, or begin again")
    }
    let all = UnsafeBufferPointer(start: frames, count: state.slots * size)
    try run.working { try state.observe(all, after: actions.buffer, mask: mask) }
  }
}

/// A copy of a slot that C code holds.
final class ModelSnapshotRoom: Held, @unchecked Sendable {
  let snapshot: ModelSnapshot

  init(_ snapshot: ModelSnapshot) { self.snapshot = snapshot }
}
