import EnvironmentKit
import LongWork

extension EnvironmentRoom {
  /// Makes environments of a world.
  ///
  /// - Throws: where there is no such world or observation, or they would not fit into memory.
  convenience init(
    world: String, observation: String?, count: Int, threads: Int, autoreset: AutoresetMode
  ) throws {
    let entry = try Worlds.toolkit.worlds.find(world)
    let names = entry.observations.map(\.rawValue)
    let kind = observation.map(ObservationKind.init(rawValue:)) ?? entry.defaultObservation
    guard let kind, entry.observations.contains(where: { $0.isSameButForSize(as: kind) }) else {
      throw CallError.invalid(
        "observation '\(observation ?? "")': \(entry.id) has none of that name; give one of: "
          + names.joined(separator: ", "))
    }
    let bytes = 2 * count * entry.specification(kind).observation.count
    guard bytes < ProcessMemory.limitBytes / 2 else {
      throw CallError.invalid(
        "count: \(count) observations of \(kind.rawValue) would take \(bytes >> 20) MiB; give fewer"
      )
    }
    let batch = entry.batch(kind, count: count, autoreset: autoreset)
    self.init(Stepper(batch, zero: 0), observation: kind.rawValue, threads: threads)
  }
}

extension AutoresetMode {
  /// The mode of a number: 0 same step, 1 next step, 2 disabled.
  init(number: Int32) throws {
    let modes: [AutoresetMode] = [.sameStep, .nextStep, .disabled]
    self = modes[try checked(number, "autoreset", in: 0...2)]
  }
}

/// Makes environments of a world.
///
/// - Parameters:
///   - world: an id of the catalogue, or the path of a YAML file.
///   - observation: how it is observed, such as `symbols`; null for the world's default.
///   - count: environments, 1 or more.
///   - threads: that step them; 0 for as many as there are processors.
///   - autoreset: 0 same step, 1 next step, 2 disabled.
///   - handle: written.
@c(umwelt_environments_make)
public func makeEnvironments(
  _ world: UnsafePointer<CChar>?, _ observation: UnsafePointer<CChar>?, _ count: Int32,
  _ threads: Int32, _ autoreset: Int32, _ handle: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let room = try EnvironmentRoom(
      world: text(world, "world"),
      observation: observation.map { try text($0, "observation") },
      count: checked(count, "count", in: 1...EnvironmentRoom.most),
      threads: checked(threads, "threads", in: 0...64), autoreset: AutoresetMode(number: autoreset))
    try Handles.add(room, to: handle)
  }
}

/// Writes what the environments are, as JSON; `umwelt_worlds` says how texts are written.
@c(umwelt_environments_describe)
public func describeEnvironments(
  _ handle: Int64, _ target: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ length: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    try Handles.use(handle) { (room: EnvironmentRoom) in
      write(try jsonText(of: EnvironmentDescription(room)), to: target, capacity, length)
    }
  }
}

/// Binds the caller's arrays, to be read and written by every later call until others are bound.
///
/// - Parameters:
///   - arrays: addresses: actions (int64 `[n]`, or float32 `[n, components]`), rewards (float32 `[n]`),
///     terminated and truncated (a byte each, `[n]`), facts (float32 `[n, facts]`; may be null), counts
///     (int64 `[3]`: episodes that ended and that began in the last call, and slots whose mission is news), then an array per field of an
///     observation `[n, field]`, then as many for the last observations of episodes that ended (or null).
///   - bytes: the length of each.
///   - count: how many arrays there are.
@c(umwelt_environments_bind)
public func bindEnvironments(
  _ handle: Int64, _ arrays: UnsafePointer<UnsafeMutableRawPointer?>?,
  _ bytes: UnsafePointer<Int64>?, _ count: Int32
) -> Int32 {
  call {
    try Handles.use(handle) { (room: EnvironmentRoom) in
      try room.bind(arrays, bytes: bytes, count: count)
    }
  }
}

/// Starts episodes.
///
/// - Parameters:
///   - seeds: one per slot; null for none.
///   - seeded: 1 where a slot's seed counts, 0 where its stream goes on; null where all count.
///   - mask: 1 where a slot is to be reset; null for all.
///   - count: the length of each of these arrays.
@c(umwelt_environments_reset)
public func resetEnvironments(
  _ handle: Int64, _ seeds: UnsafePointer<UInt64>?, _ seeded: UnsafePointer<UInt8>?,
  _ mask: UnsafePointer<UInt8>?, _ count: Int32
) -> Int32 {
  call {
    try Handles.use(handle) { (room: EnvironmentRoom) in
      let slots = 0..<room.batch.count
      try checkLength(Int64(count), "seeds", needs: slots.count)
      try room.reset(
        seeds: slots.map { slot in (seeded?[slot] ?? 1) != 0 ? seeds?[slot] : nil },
        mask: mask.map { mask in slots.map { mask[$0] != 0 } })
    }
  }
}

/// Takes the bound actions, one per slot, and writes what came of them to the bound arrays.
@c(umwelt_environments_step)
public func stepEnvironments(_ handle: Int64) -> Int32 {
  call { try Handles.use(handle) { (room: EnvironmentRoom) in try room.step() } }
}

/// Draws a slot for people.
///
/// - Parameters:
///   - width: 1 to 4,096 pixels; likewise `height`.
///   - target: RGB rows, top row first, written.
///   - bytes: its length, `height`×`width`×3.
@c(umwelt_environments_draw)
public func drawEnvironment(
  _ handle: Int64, _ slot: Int32, _ width: Int32, _ height: Int32,
  _ target: UnsafeMutablePointer<UInt8>?, _ bytes: Int64
) -> Int32 {
  call {
    try Handles.use(handle) { (room: EnvironmentRoom) in
      let width = try checked(width, "width", in: 1...4096)
      let height = try checked(height, "height", in: 1...4096)
      try checkLength(bytes, "bytes", needs: width * height * 3)
      guard let target else { throw CallError.invalid("target: there is none; give one") }
      room.draw(try room.begunSlot(slot), width: width, height: height, into: target)
    }
  }
}

/// Writes what is asked of the agents, as JSON: an object of missions by slot, of those slots in which it changed since
/// this was last written whole; `umwelt_worlds` says how texts are written.
@c(umwelt_environments_missions)
public func missionsOfEnvironments(
  _ handle: Int64, _ target: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ length: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    try Handles.use(handle) { (room: EnvironmentRoom) in
      try room.tellMissions { text in
        var size: Int64 = 0
        write(text, to: target, capacity, &size)
        length?.pointee = size
        return target != nil && size <= capacity
      }
    }
  }
}

/// Takes a copy of a slot, random streams included.
///
/// - Parameter state: written: a handle of its own.
@c(umwelt_environments_state)
public func stateOfEnvironment(
  _ handle: Int64, _ slot: Int32, _ state: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let copy = try Handles.use(handle) { (room: EnvironmentRoom) in
      room.state(of: try room.begunSlot(slot))
    }
    try Handles.add(StateRoom(copy), to: state)
  }
}

/// Puts a copy into a slot, of these environments or of others of the same world and observation.
@c(umwelt_environments_set_state)
public func setStateOfEnvironment(_ handle: Int64, _ slot: Int32, _ state: Int64) -> Int32 {
  call {
    let snapshot = try Handles.use(state) { (state: StateRoom) in state.snapshot }
    try Handles.use(handle) { (room: EnvironmentRoom) in
      try room.setState(snapshot, of: try room.slot(slot))
    }
  }
}
