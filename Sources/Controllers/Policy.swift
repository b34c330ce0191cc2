import EnvironmentKit

/// One episode to be played: from which seed, and by which of a policy's candidates.
public struct EpisodeRequest: Hashable, Sendable {
  /// The seed of the world's reset, and of the policy's own randomness.
  public var seed: UInt64
  /// Which candidate of a population plays; 0 for a policy of one.
  public var candidate: Int

  /// Creates an episode.
  public init(seed: UInt64, candidate: Int = 0) {
    self.seed = seed
    self.candidate = candidate
  }
}

/// Who acts: chooses an action for every active slot of a batch.
///
/// A policy's choices within an episode depend on the episode (seed and candidate) and on what it
/// sees of its own slot, never on other slots, on the slot's number or on threads. `act` allocates
/// nothing.
public protocol Policy<Element>: AnyObject {
  /// UInt8 for policies of worlds, Float for those of latents and dreams.
  associatedtype Element: BitwiseCopyable & Sendable

  /// Makes room for the slots of a batch; called once before its first episode.
  func prepare(for batch: any EnvironmentBatch<Element>)

  /// Begins an episode in a slot, forgetting the one before.
  func begin(_ episode: EpisodeRequest, in slot: Int)

  /// Chooses the next actions.
  ///
  /// - Parameters:
  ///   - batch: the environments acted in, for their facts.
  ///   - observations: what the slots see, `[slot, observation]`.
  ///   - active: the slots that are to act, one flag a slot.
  ///   - actions: indices or rows, one per slot; those of inactive slots are not written.
  func act(
    in batch: any EnvironmentBatch<Element>, seeing observations: UnsafeBufferPointer<Element>,
    active: UnsafeBufferPointer<Bool>, into actions: ActionStorage)
}
