import EnvironmentKit
import Randomness

extension LatentEnvironments {
  /// The present latent of a slot, `[latentSize]`, until its next step.
  public func latent(of slot: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(track.latent(of: slot))
  }

  /// A copy of M's state in a slot; nil where there is no memory.
  public func memorySnapshot(of slot: Int) -> FrozenMemory.Snapshot? {
    track.memory?.state.snapshot(of: slot)
  }

  /// Writes the present observation of a slot, `[observationSpace.count]`: after `setState`, say.
  public func observe(_ slot: Int, into observation: UnsafeMutableBufferPointer<Float>) {
    track.observe(slot, into: observation)
  }

  /// A snapshot of one slot: its world, its streams, the present latent, M's state.
  public func state(of slot: Int) -> any Sendable {
    LatentSlotState(
      world: world.state(of: slot), stream: streams[slot], latent: Array(latent(of: slot)),
      memory: memorySnapshot(of: slot), restarts: work.restarts[slot])
  }

  /// Puts a snapshot back into a slot.
  public func setState(_ state: any Sendable, of slot: Int) throws {
    let place = "\(specification.id), slot \(slot)"
    guard let state = state as? LatentSlotState else {
      throw EnvironmentError(
        operation: "setState", place: place,
        cause: "the snapshot is of another kind of batch (\(type(of: state)))",
        remedy: "give one taken from latent environments")
    }
    try track.checkFits(state.latent, state.memory, place: place)
    try world.setState(state.world, of: slot)
    track.restore(state.latent, state.memory, to: slot)
    streams[slot] = state.stream
    work.restarts[slot] = state.restarts
  }
}

/// A snapshot of one slot.
private struct LatentSlotState: Sendable {
  let world: any Sendable
  let stream: RandomStream
  let latent: [Float]
  let memory: FrozenMemory.Snapshot?
  let restarts: Bool
}
