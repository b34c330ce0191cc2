import EnvironmentKit
import Randomness

extension DreamEnvironments {
  /// The present latent of a slot, `[latentSize]`, until its next step.
  public func latent(of slot: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(track.latent(of: slot))
  }

  /// A copy of M's state in a slot.
  public func memorySnapshot(of slot: Int) -> FrozenMemory.Snapshot? {
    track.memory?.state.snapshot(of: slot)
  }

  /// Writes the present observation of a slot, `[observationSpace.count]`: after `begin`, say.
  public func observe(_ slot: Int, into observation: UnsafeMutableBufferPointer<Float>) {
    track.observe(slot, into: observation)
  }

  /// The probability of an end at a slot's last step, 0...1, as its ending used it.
  ///
  /// For `threshold` what M's head says, for `sampled` what it means; 0 at the start of an episode
  /// that a reset began, and where M predicts no ends.
  public func endProbability(of slot: Int) -> Float { slots.endProbabilities[slot] }

  /// Puts a slot at any latent and any state of M, at the first step of an episode: from the world
  /// into the dream.
  ///
  /// The slot's streams go on where they are.
  ///
  /// - Parameters:
  ///   - slot: which slot.
  ///   - latent: `[latentSize]`.
  ///   - memoryState: of M, such as `LatentEnvironments.memorySnapshot(of:)` gives.
  /// - Throws: where the sizes are not M's.
  public func begin(slot: Int, latent: [Float], memoryState: FrozenMemory.Snapshot) throws {
    try track.checkFits(latent, memoryState, place: place(of: slot))
    track.restore(latent, memoryState, to: slot)
    slots.begin(slot)
  }

  /// A snapshot of one slot: the latent, M's state, the streams, the step.
  public func state(of slot: Int) -> any Sendable {
    DreamSlotState(
      latent: Array(latent(of: slot)), memory: memorySnapshot(of: slot),
      start: slots.startStreams[slot], noise: slots.noiseStreams[slot],
      end: slots.endStreams[slot], steps: slots.steps[slot], ended: slots.ended[slot],
      endProbability: slots.endProbabilities[slot])
  }

  /// Puts a snapshot back into a slot.
  public func setState(_ state: any Sendable, of slot: Int) throws {
    guard let state = state as? DreamSlotState else {
      throw failure(
        "setState", slot, "the snapshot is of another kind of batch (\(type(of: state)))",
        "give one taken from dream environments")
    }
    try track.checkFits(state.latent, state.memory, place: place(of: slot))
    track.restore(state.latent, state.memory, to: slot)
    slots.startStreams[slot] = state.start
    slots.noiseStreams[slot] = state.noise
    slots.endStreams[slot] = state.end
    slots.steps[slot] = state.steps
    slots.ended[slot] = state.ended
    slots.endProbabilities[slot] = state.endProbability
  }

  /// Draws what V sees in a slot's latent; darkness where there is no decoder.
  public func draw(_ slot: Int, into frame: inout Frame) {
    picture.draw(latent(of: slot), into: &frame)
  }

  /// Nothing: a dream has no facts.
  public func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {}

  /// Nothing is asked in words.
  public func mission(of slot: Int) -> String { "" }
}

/// A snapshot of one slot.
private struct DreamSlotState: Sendable {
  let latent: [Float]
  let memory: FrozenMemory.Snapshot?
  let start: RandomStream
  let noise: RandomStream
  let end: RandomStream
  let steps: Int
  let ended: Bool
  let endProbability: Float
}
