import Randomness

/// Cuts episodes off after a number of steps, so that frames come from many episodes, a few from each.
///
/// Where the cut comes may be put off by a number of steps that every episode draws for itself: what is kept
/// of its end then shows any part of an episode, not only its beginning. A cut is a truncation. For batches
/// without autoreset.
public final class EpisodeWindow<Element: BitwiseCopyable & Sendable>: BatchWrapper {
  /// The batch within.
  public let base: any EnvironmentBatch<Element>
  private let steps: Int
  private let delay: Int
  private var streams: [RandomStream]
  /// Steps that each slot may still take.
  private var left: [Int]

  /// Cuts the episodes of a batch.
  ///
  /// - Parameters:
  ///   - steps: of an episode, 1 or more.
  ///   - delay: steps that are taken before, at most; 0 for none.
  public init(_ base: any EnvironmentBatch<Element>, steps: Int, delay: Int = 0) {
    precondition(
      steps >= 1 && delay >= 0 && base.autoreset == .disabled,
      "EpisodeWindow: \(steps) steps after \(delay), autoreset \(base.autoreset); give 1 or more after 0 or "
        + "more, and .disabled")
    (self.base, self.steps, self.delay) = (base, steps, delay)
    streams = [RandomStream](repeating: RandomStream(seed: 0), count: base.count)
    left = [Int](repeating: steps, count: base.count)
  }

  /// The batch's, with fewer steps.
  public var specification: WorldSpecification {
    var specification = base.specification
    specification.maximumSteps = min(specification.maximumSteps, steps + delay)
    return specification
  }

  /// Resets the batch within and draws where episodes are cut; a slot's draws follow from its seed.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Element>
  ) throws {
    try base.reset(seeds: seeds, mask: mask, into: buffers)
    for slot in 0..<count where mask?[slot] ?? true {
      if let seed = seeds[slot] { streams[slot] = RandomStream(root: seed, name: "window") }
      left[slot] = steps + streams[slot].integers(in: 0..<delay + 1)
    }
  }

  /// Steps the batch within, and truncates at the cut what has not ended there.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<Element>
  ) throws {
    try base.step(actions, active: active, into: buffers)
    for slot in 0..<count where active?[slot] ?? true {
      left[slot] -= 1
      if left[slot] <= 0, !buffers.terminated[slot] { buffers.truncated[slot] = true }
    }
  }
}
