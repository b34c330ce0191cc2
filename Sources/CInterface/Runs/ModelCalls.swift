/// Makes states of a run's world model, which have seen nothing.
///
/// - Parameters:
///   - slots: 1 or more.
///   - handle: written.
@c(umwelt_model_make)
public func makeModelState(
  _ run: Int64, _ slots: Int32, _ handle: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let room = try Handles.use(run) { (room: RunRoom) in
      try ModelStateRoom(room, slots: checked(slots, "slots", in: 1...ModelStateRoom.most))
    }
    try Handles.add(room, to: handle)
  }
}

/// Lets slots forget: their next frame is the first of an episode.
///
/// - Parameters:
///   - seeds: restart the slots' streams; null goes on with them.
///   - mask: 1 for each slot that is meant; null for all.
///   - count: the length of each array.
@c(umwelt_model_begin)
public func beginModelState(
  _ model: Int64, _ seeds: UnsafePointer<UInt64>?, _ mask: UnsafePointer<UInt8>?, _ count: Int32
) -> Int32 {
  call {
    try Handles.use(model) { (room: ModelStateRoom) in
      try checkLength(Int64(count), "seeds", needs: room.state.slots)
      let all = (0..<room.state.slots).map { seeds?[$0] }
      try room.run.working { try room.state.begin(seeds: all, mask: room.mask(mask)) }
    }
  }
}

/// Shows the model a frame in each slot that is meant.
///
/// - Parameters:
///   - frames: `[slot, frame]`.
///   - bytes: their length.
///   - actions: what was done before, int64 `[slot]` or float32 `[slot, component]`; not read in slots at their
///     first frame; null where all are.
///   - mask: 1 for each slot that is meant; null for all. As long as there are slots, as `actions` is.
@c(umwelt_model_observe)
public func observeByModel(
  _ model: Int64, _ frames: UnsafePointer<UInt8>?, _ bytes: Int64, _ actions: UnsafeRawPointer?,
  _ mask: UnsafePointer<UInt8>?
) -> Int32 {
  call {
    try Handles.use(model) { (room: ModelStateRoom) in
      try room.observe(frames, bytes: bytes, after: actions, mask: room.mask(mask))
    }
  }
}

/// Moves slots on by themselves.
///
/// - Parameters:
///   - actions: what is done, int64 `[slot]` or float32 `[slot, component]`.
///   - mask: 1 for each slot that is meant; null for all.
///   - temperature: τ, above 0.
///   - rewards: `[slot]`, written; 1 where the model foretells none.
///   - ends: `[slot]`, written: the probability of an end as the model says it; 0 where it foretells none.
///   - count: the length of each array.
@c(umwelt_model_imagine)
public func imagineByModel(
  _ model: Int64, _ actions: UnsafeRawPointer?, _ mask: UnsafePointer<UInt8>?,
  _ temperature: Float, _ rewards: UnsafeMutablePointer<Float>?,
  _ ends: UnsafeMutablePointer<Float>?, _ count: Int32
) -> Int32 {
  call {
    try Handles.use(model) { (room: ModelStateRoom) in
      try checkLength(Int64(count), "actions", needs: room.state.slots)
      guard let actions, let rewards, let ends else {
        throw CallError.invalid("actions, rewards or ends: there is no array; give one")
      }
      // What is next to 0 is taken for 0 by the models' threads, which flush such numbers.
      guard temperature.isNormal, temperature > 0 else {
        throw CallError.invalid("temperature: \(temperature) given; give a number above 0")
      }
      let mask = room.mask(mask)
      try room.actions.read(actions) { mask[$0] }
      try room.run.working {
        try room.state.imagine(
          after: room.actions.buffer, mask: mask, temperature: temperature, rewards: rewards,
          ends: ends)
      }
    }
  }
}

/// Writes all features of all slots.
///
/// - Parameters:
///   - numbers: `[slot, feature]`: the fields of `features` in the run's description, one after the other.
///   - count: their length.
@c(umwelt_model_features)
public func featuresOfModel(
  _ model: Int64, _ numbers: UnsafeMutablePointer<Float>?, _ count: Int64
) -> Int32 {
  call {
    try Handles.use(model) { (room: ModelStateRoom) in
      let (slots, width) = (room.state.slots, room.state.width)
      try checkLength(count, "numbers", needs: slots * width)
      guard let numbers else { throw CallError.invalid("numbers: there is no array; give one") }
      let names = room.state.model.features.map(\.name)
      for slot in 0..<slots {
        room.state.writeFeatures(names, of: slot, into: numbers + slot * width)
      }
    }
  }
}

/// Writes what the model makes of the slots that are meant, as frames.
///
/// - Parameters:
///   - mask: 1 for each slot that is meant; null for all.
///   - frames: `[slot, frame]`, written where a slot is meant.
///   - bytes: their length.
@c(umwelt_model_decode)
public func decodeByModel(
  _ model: Int64, _ mask: UnsafePointer<UInt8>?, _ frames: UnsafeMutablePointer<UInt8>?,
  _ bytes: Int64
) -> Int32 {
  call {
    try Handles.use(model) { (room: ModelStateRoom) in
      let size = room.run.frames.size
      try checkLength(bytes, "bytes of frames", needs: room.state.slots * size)
      guard let frames else { throw CallError.invalid("frames: there is no array; give one") }
      let mask = room.mask(mask)
      try room.run.working {
        for slot in 0..<room.state.slots where mask[slot] {
          try room.state.decode(
            slot, into: UnsafeMutableBufferPointer(start: frames + slot * size, count: size))
        }
      }
    }
  }
}

/// Takes a copy of a slot, streams included.
///
/// - Parameter snapshot: written: a handle of its own.
@c(umwelt_model_snapshot)
public func snapshotOfModel(
  _ model: Int64, _ slot: Int32, _ snapshot: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let copy = try Handles.use(model) { (room: ModelStateRoom) in
      room.state.snapshot(of: try room.slot(slot))
    }
    try Handles.add(ModelSnapshotRoom(copy), to: snapshot)
  }
}

/// Puts a copy into a slot of any state of the same run.
@c(umwelt_model_restore)
public func restoreModel(_ model: Int64, _ slot: Int32, _ snapshot: Int64) -> Int32 {
  call {
    let copy = try Handles.use(snapshot) { (room: ModelSnapshotRoom) in room.snapshot }
    try Handles.use(model) { (room: ModelStateRoom) in
      try room.state.restore(copy, to: try room.slot(slot))
    }
  }
}
