import EnvironmentKit
import Threads

/// Environments that C code steps: a batch, the caller's arrays, and what must hold before a step.
final class EnvironmentRoom: Held, @unchecked Sendable {
  let batch: any SteppedEnvironments
  /// How the world is observed, for those who ask.
  let observation: String
  private let threads: Int
  private let actions: GivenActions
  private var arrays: CallerArrays?
  /// `[slot]`: whether an episode has begun.
  private var hasBegun: [Bool]
  /// Slots in which none has.
  private var unbegun: Int
  /// `[slot]`: what the batch wrote last; asked of it once, as a step looks at every slot.
  private let terminated, truncated: UnsafeMutableBufferPointer<Bool>
  /// Slots whose next episode begins in the step at hand.
  private var beginning: [Int] = []
  private var missions: Missions
  private var picture: Frame?

  /// The most environments of one handle.
  static let most = 1 << 20

  /// Holds a batch.
  ///
  /// - Parameters:
  ///   - threads: that step it; 0 for as many as there are processors.
  init(_ batch: any SteppedEnvironments, observation: String, threads: Int) {
    (self.batch, self.observation) = (batch, observation)
    self.threads = threads > 0 ? threads : ThreadCount.available
    actions = GivenActions(of: batch.actionSpace, slots: batch.count)
    hasBegun = [Bool](repeating: false, count: batch.count)
    unbegun = batch.count
    missions = Missions(slots: batch.count)
    (terminated, truncated) = (batch.terminated, batch.truncated)
  }

  /// Takes the caller's arrays, which must live until others are given or the handle is closed.
  func bind(
    _ table: UnsafePointer<UnsafeMutableRawPointer?>?, bytes: UnsafePointer<Int64>?, count: Int32
  ) throws {
    arrays = try CallerArrays(
      table, bytes: bytes, count: count, for: batch, actionBytes: actions.actionBytes)
  }

  private func bound() throws -> CallerArrays {
    guard let arrays else { throw CallError.invalid("no arrays are bound; bind them first") }
    return arrays
  }

  /// Starts episodes in the masked slots, or in all.
  func reset(seeds: [UInt64?], mask: [Bool]?) throws {
    let arrays = try bound()
    try working { try batch.reset(seeds: seeds, mask: mask) }
    var begun = 0
    for slot in hasBegun.indices where mask?[slot] ?? true {
      if !hasBegun[slot] { unbegun -= 1 }
      hasBegun[slot] = true
      begun += 1
      missions.note(batch.mission(of: slot), of: slot)
    }
    arrays.publish(batch)
    count(arrays, ended: 0, begun: begun)
  }

  /// Takes the bound actions, one per slot, and writes what came of them.
  func step() throws {
    let arrays = try bound()
    try checkSlots()
    // A step that only resets reads no action.
    let isNextStep = batch.autoreset == .nextStep
    let resets = isNextStep && endedSlots > 0
    beginning.removeAll(keepingCapacity: true)
    if resets {
      beginning.append(contentsOf: terminated.indices.lazy.filter { self.hasEnded($0) })
      try actions.read(arrays.actions) { !self.hasEnded($0) }
    } else {
      try actions.read(arrays.actions)
    }
    try working { try batch.step(actions.buffer) }
    let ended = endedSlots
    if ended > 0 {
      for slot in terminated.indices where hasEnded(slot) {
        arrays.publishFinal(batch, slot)
        if batch.autoreset == .sameStep { beginning.append(slot) }
      }
    }
    for slot in beginning { missions.note(batch.mission(of: slot), of: slot) }
    arrays.publish(batch)
    count(arrays, ended: ended, begun: beginning.count)
  }

  /// Tells how many episodes ended and began, and in how many slots the mission is news.
  private func count(_ arrays: CallerArrays, ended: Int, begun: Int) {
    arrays.counts[0] = Int64(ended)
    arrays.counts[1] = Int64(begun)
    arrays.counts[2] = Int64(missions.news.count)
  }

  /// Gives the missions that are news to the caller, as JSON, to be marked as read where they were written whole.
  func tellMissions(_ write: (String) -> Bool) throws {
    if write(try missions.json()) { missions.markAsRead() }
  }

  private func hasEnded(_ slot: Int) -> Bool { terminated[slot] || truncated[slot] }

  private var endedSlots: Int {
    var count = 0
    for slot in terminated.indices where hasEnded(slot) { count += 1 }
    return count
  }

  private func checkSlots() throws {
    if unbegun > 0, let slot = hasBegun.firstIndex(of: false) {
      throw CallError.invalid("slot \(slot): no episode has begun; reset it before the first step")
    }
    guard batch.autoreset == .disabled, let slot = terminated.indices.first(where: hasEnded)
    else { return }
    throw CallError.invalid("slot \(slot): its episode has ended; reset it before the next step")
  }

  /// Works with the handle's own number of threads.
  private func working(_ work: () throws -> Void) throws {
    ThreadCount.current = threads
    try asInProgram(work)
  }

  /// A slot of the batch.
  func slot(_ number: Int32) throws -> Int {
    try checked(number, "slot", in: 0...batch.count - 1)
  }

  /// A slot of the batch in which an episode has begun.
  func begunSlot(_ number: Int32) throws -> Int {
    let slot = try slot(number)
    guard hasBegun[slot] else {
      throw CallError.invalid("slot \(slot): no episode has begun; reset it first")
    }
    return slot
  }

  /// Draws a slot for people.
  ///
  /// - Parameter target: `height`×`width`×3 bytes, written.
  func draw(
    _ slot: Int, width: Int, height: Int, into target: UnsafeMutablePointer<UInt8>
  ) {
    var frame = picture ?? Frame(width: width, height: height)
    picture = nil
    if frame.width != width || frame.height != height {
      frame = Frame(width: width, height: height)
    }
    asInProgram { batch.draw(slot, into: &frame) }
    frame.pixels.withUnsafeBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return }
      target.update(from: base, count: pixels.count)
    }
    picture = frame
  }

  /// A copy of a slot with what it shows.
  func state(of slot: Int) -> SlotSnapshot {
    SlotSnapshot(
      state: batch.state(of: slot), observation: Array(observation(of: slot)),
      reward: batch.rewards[slot], terminated: batch.terminated[slot],
      truncated: batch.truncated[slot])
  }

  /// Puts a copy back, and shows what it showed.
  func setState(_ snapshot: SlotSnapshot, of slot: Int) throws {
    let arrays = try bound()
    let shown = observation(of: slot)
    guard snapshot.observation.count == shown.count else {
      throw CallError.invalid(
        "slot \(slot): the state shows \(snapshot.observation.count) bytes, this batch "
          + "\(shown.count); give a state of the same world and observation")
    }
    try batch.setState(snapshot.state, of: slot)
    shown.copyBytes(from: snapshot.observation)
    batch.rewards[slot] = snapshot.reward
    batch.terminated[slot] = snapshot.terminated
    batch.truncated[slot] = snapshot.truncated
    if !hasBegun[slot] { unbegun -= 1 }
    hasBegun[slot] = true
    missions.note(batch.mission(of: slot), of: slot)
    arrays.publish(batch, slot)
    count(arrays, ended: 0, begun: 0)
  }

  private func observation(of slot: Int) -> UnsafeMutableRawBufferPointer {
    let size = batch.space.count * batch.elementBytes
    return UnsafeMutableRawBufferPointer(
      rebasing: batch.observations[slot * size..<(slot + 1) * size])
  }
}

/// A copy of one slot, with what it showed when it was taken.
struct SlotSnapshot: Sendable {
  let state: any Sendable
  let observation: [UInt8]
  let reward: Float
  let terminated, truncated: Bool
}

/// A copy of a slot that C code holds.
final class StateRoom: Held, @unchecked Sendable {
  let snapshot: SlotSnapshot

  init(_ snapshot: SlotSnapshot) { self.snapshot = snapshot }
}
