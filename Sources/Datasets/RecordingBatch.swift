import EnvironmentKit

/// Keeps all that happens in a batch as episodes: frames, actions, rewards, ends, facts.
///
/// A watcher: nothing that the batch gives is changed. For batches without autoreset.
public final class RecordingBatch: BatchWrapper {
  /// Worlds write bytes.
  public typealias Element = UInt8

  /// The batch within.
  public let base: any EnvironmentBatch<UInt8>
  /// Takes the first parts of a long episode away, so that memory stays bounded; nil keeps episodes whole.
  package var takePart: ((Episode) throws -> Void)?

  /// Steps at the end of an episode that are kept; nil for all.
  private let lastSteps: Int?
  private var episodes: [Episode?]
  private let memory = OwnedMemory()
  private let facts: UnsafeMutableBufferPointer<Float>

  /// Bytes at which a part is taken away.
  package var partBytes = 1 << 24
  /// Bytes that whole episodes may take together.
  private static let mostBytes = 1 << 28
  /// Rewards beyond ± this are refused: no learner can do anything with them.
  package static let greatestReward: Float = 1e9

  /// Records a batch.
  ///
  /// - Parameter lastSteps: at the end of an episode, which alone are kept with the frame before them, 1 or
  ///   more; nil for the whole of it.
  public init(_ base: any EnvironmentBatch<UInt8>, lastSteps: Int? = nil) {
    precondition(
      base.autoreset == .disabled,
      "RecordingBatch: \(base.specification.id) resets by itself; make it with autoreset .disabled")
    precondition(
      lastSteps ?? 1 >= 1, "RecordingBatch: \(lastSteps ?? 0) last steps; give 1 or more")
    (self.base, self.lastSteps) = (base, lastSteps)
    episodes = [Episode?](repeating: nil, count: base.count)
    facts = memory.make(base.specification.facts.count, 0)
  }

  /// How many slots of a world may be recorded at a time, for their longest episodes to fit in memory.
  package static func slots(_ world: WorldSpecification, atMost most: Int) -> Int {
    let step = world.observation.count + 4 * world.facts.count + 8
    let (bytes, overflow) = step.multipliedReportingOverflow(by: world.maximumSteps)
    return overflow ? 1 : max(1, min(most, mostBytes / max(1, bytes)))
  }

  /// The episodes that were begun since the last call, in the order of the slots; of one whose parts were
  /// taken, the last part.
  public func take() -> [Episode] {
    defer { episodes = [Episode?](repeating: nil, count: base.count) }
    guard let lastSteps else { return episodes.compactMap { $0 } }
    return episodes.compactMap { episode in
      var last = episode
      last?.keepLast(lastSteps)
      return last
    }
  }

  /// Resets the batch within; episodes begin.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<UInt8>
  ) throws {
    try base.reset(seeds: seeds, mask: mask, into: buffers)
    for slot in 0..<base.count where mask?[slot] ?? true {
      base.facts(of: slot, into: facts)
      episodes[slot] = Episode(
        seed: seeds[slot] ?? 0, frames: [UInt8](buffers.observation(slot)),
        actions: ActionSequence(of: base.actionSpace), facts: [Float](facts))
    }
  }

  /// Steps the batch within and keeps what came of it.
  ///
  /// - Throws: `EnvironmentError` also for an action outside the space, or a reward beyond all sense.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<UInt8>
  ) throws {
    try base.step(actions, active: active, into: buffers)
    for slot in 0..<base.count where active?[slot] ?? true {
      try check(slot, actions, buffers)
      base.facts(of: slot, into: facts)
      try keep(slot, actions, buffers)
    }
  }

  private func keep(_ slot: Int, _ actions: ActionBuffer, _ buffers: BatchBuffers<UInt8>) throws {
    episodes[slot]?.actions.append(slot, of: actions)
    episodes[slot]?.rewards.append(buffers.rewards[slot])
    episodes[slot]?.frames.append(contentsOf: buffers.observation(slot))
    episodes[slot]?.facts.append(contentsOf: facts)
    episodes[slot]?.terminated = buffers.terminated[slot]
    episodes[slot]?.truncated = buffers.truncated[slot]
    if let lastSteps {
      // What comes before is let go by half, so that each frame is moved once at most.
      if let steps = episodes[slot]?.steps, steps >= 2 * lastSteps {
        episodes[slot]?.keepLast(lastSteps)
      }
      return
    }
    guard let takePart, !buffers.terminated[slot], !buffers.truncated[slot],
      let part = episodes[slot], part.bytes >= partBytes
    else { return }
    try takePart(part)
    episodes[slot]?.removeSteps()
  }

  private func check(
    _ slot: Int, _ actions: ActionBuffer, _ buffers: BatchBuffers<UInt8>
  ) throws {
    let reward = buffers.rewards[slot]
    guard abs(reward) <= Self.greatestReward else {
      throw failure(
        slot, "the reward is \(reward)", "give rewards of at most ±\(Self.greatestReward)")
    }
    guard case .rows(let rows) = actions, case .continuous(let bounds) = base.actionSpace else {
      return
    }
    for (component, range) in bounds.enumerated() {
      let value = rows[slot * bounds.count + component]
      guard !range.contains(value) else { continue }
      throw failure(
        slot, "component \(component) of the action is \(value)", "act within \(range)")
    }
  }

  private func failure(_ slot: Int, _ cause: String, _ remedy: String) -> EnvironmentError {
    EnvironmentError(
      operation: "step", place: "\(base.specification.id), slot \(slot)", cause: cause,
      remedy: remedy)
  }
}
