import EnvironmentKit
import Randomness

extension DreamEnvironments {
  /// The numbers of a feature in a slot, until its next step; nil where the model has none of that name, or keeps it
  /// only for who asked for it as `input`.
  public func feature(_ name: String, of slot: Int) -> UnsafeBufferPointer<Float>? {
    state.feature(name, among: model.features, of: slot)
  }

  /// A copy of what the model keeps of a slot.
  public func modelSnapshot(of slot: Int) -> any Sendable { state.snapshot(of: slot) }

  /// Writes the present observation of a slot, `[observationSpace.count]`: after `begin`, say.
  public func observe(_ slot: Int, into observation: UnsafeMutableBufferPointer<Float>) {
    input.write(slot, of: state, into: observation)
  }

  /// The probability of an end at a slot's last step, 0...1, as its ending used it.
  ///
  /// For `threshold` what the model's head says, for `sampled` what it means; 0 at the start of an
  /// episode that a reset began, and where the model foretells no ends.
  public func endProbability(of slot: Int) -> Float { slots.endProbabilities[slot] }

  /// Puts a slot at any state of the model, at the first step of an episode: from the world into the
  /// dream.
  ///
  /// The slot's streams go on where they are.
  ///
  /// - Parameters:
  ///   - slot: which slot.
  ///   - snapshot: such as `LatentEnvironments.modelSnapshot(of:)` gives.
  /// - Throws: where it is none of this model's.
  public func begin(slot: Int, at snapshot: any Sendable) throws {
    try state.restore(snapshot, to: slot)
    slots.begin(slot)
  }

  /// A snapshot of one slot: the model's state, the streams, the step.
  public func state(of slot: Int) -> any Sendable {
    DreamSlotState(
      model: state.snapshot(of: slot), start: slots.startStreams[slot],
      noise: slots.noiseStreams[slot], end: slots.endStreams[slot], steps: slots.steps[slot],
      ended: slots.ended[slot], endProbability: slots.endProbabilities[slot])
  }

  /// Puts a snapshot back into a slot.
  public func setState(_ state: any Sendable, of slot: Int) throws {
    guard let found = state as? DreamSlotState else {
      throw EnvironmentError.otherSnapshot(
        state, place: specification.id, slot: slot, wanted: "dream environments")
    }
    try self.state.restore(found.model, to: slot)
    slots.startStreams[slot] = found.start
    slots.noiseStreams[slot] = found.noise
    slots.endStreams[slot] = found.end
    slots.steps[slot] = found.steps
    slots.ended[slot] = found.ended
    slots.endProbabilities[slot] = found.endProbability
  }

  /// Draws the frame that the model makes of a slot.
  public func draw(_ slot: Int, into frame: inout Frame) {
    state.decode(slot, into: picture.bytes)
    picture.draw(into: &frame)
  }

  /// Nothing: a dream has no facts.
  public func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {}

  /// Nothing is asked in words.
  public func mission(of slot: Int) -> String { "" }
}

/// A snapshot of one slot.
private struct DreamSlotState: Sendable {
  let model: any Sendable
  let start: RandomStream
  let noise: RandomStream
  let end: RandomStream
  let steps: Int
  let ended: Bool
  let endProbability: Float
}
