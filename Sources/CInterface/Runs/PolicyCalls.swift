/// Makes a run's policy for some slots.
///
/// - Parameters:
///   - slots: 1 or more.
///   - handle: written.
@c(umwelt_policy_make)
public func makePolicy(
  _ run: Int64, _ slots: Int32, _ handle: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let room = try Handles.use(run) { (room: RunRoom) in
      try PolicyRoom(room, slots: checked(slots, "slots", in: 1...ModelStateRoom.most))
    }
    try Handles.add(room, to: handle)
  }
}

/// Begins episodes: the policy and the model through which it sees forget.
///
/// - Parameters:
///   - seeds: of the slots' own randomness.
///   - mask: 1 for each slot that is meant; null for all.
///   - count: the length of each array.
@c(umwelt_policy_begin)
public func beginPolicy(
  _ policy: Int64, _ seeds: UnsafePointer<UInt64>?, _ mask: UnsafePointer<UInt8>?, _ count: Int32
) -> Int32 {
  call {
    try Handles.use(policy) { (room: PolicyRoom) in
      try checkLength(Int64(count), "seeds", needs: room.slots)
      guard let seeds else { throw CallError.invalid("seeds: there are none; give one per slot") }
      try room.begin(
        seeds: (0..<room.slots).map { seeds[$0] }, mask: room.seeing.mask(mask))
    }
  }
}

/// Chooses actions on frames; what it chose before led to them.
///
/// - Parameters:
///   - frames: `[slot, frame]`.
///   - bytes: their length.
///   - mask: 1 for each slot that is to act; null for all.
///   - actions: int64 `[slot]` or float32 `[slot, component]`, written where a slot acts.
///   - count: slots.
@c(umwelt_policy_act)
public func actOnFrames(
  _ policy: Int64, _ frames: UnsafePointer<UInt8>?, _ bytes: Int64,
  _ mask: UnsafePointer<UInt8>?, _ actions: UnsafeMutableRawPointer?, _ count: Int32
) -> Int32 {
  call {
    try Handles.use(policy) { (room: PolicyRoom) in
      try checkLength(Int64(count), "actions", needs: room.slots)
      guard let actions else { throw CallError.invalid("actions: there is no array; give one") }
      try room.act(on: frames, bytes: bytes, mask: room.seeing.mask(mask), into: actions)
    }
  }
}

/// Chooses actions on the features that the agent is shown, such as a dream's observations.
///
/// - Parameters:
///   - features: `[slot, number]`: the fields of `agentInput` in the run's description, one after the other.
///   - numbers: their length.
///   - mask: 1 for each slot that is to act; null for all.
///   - actions: as of `umwelt_policy_act`.
///   - count: slots.
@c(umwelt_policy_act_on_features)
public func actOnFeatures(
  _ policy: Int64, _ features: UnsafePointer<Float>?, _ numbers: Int64,
  _ mask: UnsafePointer<UInt8>?, _ actions: UnsafeMutableRawPointer?, _ count: Int32
) -> Int32 {
  call {
    try Handles.use(policy) { (room: PolicyRoom) in
      try checkLength(Int64(count), "actions", needs: room.slots)
      try checkLength(numbers, "numbers of features", needs: room.slots * room.width)
      guard let features, let actions else {
        throw CallError.invalid("features or actions: there is no array; give one")
      }
      try room.act(onFeatures: features, mask: room.seeing.mask(mask), into: actions)
    }
  }
}
