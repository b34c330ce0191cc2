import EnvironmentKit
import Randomness

/// Worlds whose agents see another, independent episode: the `shuffledLatents` ablation.
///
/// Beside every world runs a second one, reset with a seed drawn from the stream `latent/shuffled` of
/// the world's seed. It takes the same actions, and the agent sees it instead; rewards, ends, facts,
/// drawing and mission are the world's own. When the second one's episode ends, the next begins with
/// the next seed of the stream. An agent without memory thus plays, with closed eyes, the actions
/// that it would take in an episode of another seed; all of it depends on the seed alone.
public final class OtherEpisodeEnvironments: BatchWrapper {
  /// Worlds write bytes.
  public typealias Element = UInt8

  /// The worlds that count.
  public let world: any EnvironmentBatch<UInt8>
  /// The worlds that are seen.
  public let seen: any EnvironmentBatch<UInt8>

  private let seenBuffers: BatchBuffers<UInt8>
  private var streams: [RandomStream]
  private var seeds: [UInt64?]
  private var restarts: [Bool]

  /// The worlds that count.
  public var base: any EnvironmentBatch<UInt8> { world }

  /// Pairs two batches of the same world.
  ///
  /// - Parameters:
  ///   - world: the worlds that count.
  ///   - seen: as many of the same kind, to be seen; best without autoreset.
  public init(_ world: any EnvironmentBatch<UInt8>, seeing seen: any EnvironmentBatch<UInt8>) {
    precondition(
      seen.count == world.count && seen.observationSpace == world.observationSpace
        && seen.actionSpace == world.actionSpace,
      "OtherEpisodeEnvironments: \(seen.count) slots of \(seen.observationSpace) beside "
        + "\(world.count) of \(world.observationSpace); give two batches of one world")
    self.world = world
    self.seen = seen
    seenBuffers = BatchBuffers(
      slots: world.count, observationCount: world.observationSpace.count, zero: 0)
    streams = (0..<world.count).map { _ in Self.stream(0) }
    seeds = [UInt64?](repeating: nil, count: world.count)
    restarts = [Bool](repeating: false, count: world.count)
  }

  private static func stream(_ seed: UInt64) -> RandomStream {
    RandomStream(root: seed, name: "latent/shuffled")
  }

  /// Starts episodes.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<UInt8>
  ) throws {
    try world.reset(seeds: seeds, mask: mask, into: buffers)
    for slot in 0..<count {
      restarts[slot] = mask?[slot] ?? true
      if restarts[slot], let seed = seeds[slot] { streams[slot] = Self.stream(seed) }
    }
    try restartSeen()
    for slot in 0..<count where restarts[slot] {
      _ = buffers.observation(slot).update(fromContentsOf: seenBuffers.observation(slot))
    }
  }

  /// Acts once in every active slot.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<UInt8>
  ) throws {
    try world.step(actions, active: active, into: buffers)
    try seen.step(actions, active: active, into: seenBuffers)
    var restart = false
    for slot in 0..<count {
      let ended = seenBuffers.terminated[slot] || seenBuffers.truncated[slot]
      restarts[slot] = (active?[slot] ?? true) && ended
      restart = restart || restarts[slot]
    }
    if restart { try restartSeen() }
    for slot in 0..<count where active?[slot] ?? true { show(slot, buffers) }
  }

  /// Puts what is seen in the place of what is; a last observation is the last of its own episode.
  private func show(_ slot: Int, _ buffers: BatchBuffers<UInt8>) {
    let present = seenBuffers.observation(slot)
    _ = buffers.observation(slot).update(fromContentsOf: present)
    guard buffers.terminated[slot] || buffers.truncated[slot] else { return }
    _ = buffers.finalObservation(slot).update(
      fromContentsOf: restarts[slot] ? seenBuffers.finalObservation(slot) : present)
  }

  private func restartSeen() throws {
    for slot in 0..<count where restarts[slot] { seeds[slot] = streams[slot].nextUInt64() }
    try seen.reset(seeds: seeds, mask: restarts, into: seenBuffers)
  }

  /// A snapshot of one slot, its streams included.
  public func state(of slot: Int) -> any Sendable {
    PairState(world: world.state(of: slot), seen: seen.state(of: slot), stream: streams[slot])
  }

  /// Puts a snapshot back into a slot.
  public func setState(_ state: any Sendable, of slot: Int) throws {
    guard let state = state as? PairState else {
      throw EnvironmentError.otherSnapshot(
        state, place: specification.id, slot: slot,
        wanted: "environments that show another episode")
    }
    try world.setState(state.world, of: slot)
    try seen.setState(state.seen, of: slot)
    streams[slot] = state.stream
  }
}

/// A snapshot of one slot and of what is seen in its place.
private struct PairState: Sendable {
  let world: any Sendable
  let seen: any Sendable
  let stream: RandomStream
}
