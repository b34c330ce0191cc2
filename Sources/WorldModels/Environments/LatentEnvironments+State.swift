import EnvironmentKit

extension LatentEnvironments {
  /// The numbers of a feature in a slot, until its next step; nil where the model has none of that name, or keeps it
  /// only for who asked for it as `input`.
  public func feature(_ name: String, of slot: Int) -> UnsafeBufferPointer<Float>? {
    state.feature(name, among: model.features, of: slot)
  }

  /// A copy of what the model keeps of a slot: for `DreamEnvironments.begin(slot:at:)`.
  public func modelSnapshot(of slot: Int) -> any Sendable { state.snapshot(of: slot) }

  /// Writes the present observation of a slot, `[observationSpace.count]`: after `setState`, say.
  public func observe(_ slot: Int, into observation: UnsafeMutableBufferPointer<Float>) {
    input.write(slot, of: state, into: observation)
  }

  /// Writes what the model makes of a slot's present frame, `model.frameShape` bytes.
  public func reconstruct(_ slot: Int, into frame: UnsafeMutableBufferPointer<UInt8>) {
    state.decode(slot, into: frame)
  }

  /// The frame of a slot that the model looks at, `model.frameShape` bytes.
  package func seenFrame(_ slot: Int) -> [UInt8] { Array(frames.frame(slot, of: worldBuffers)) }

  /// Draws the frame that the model looks at, as a dream draws what the model makes of one.
  public func drawSeen(_ slot: Int, into frame: inout Frame) {
    _ = picture.bytes.update(fromContentsOf: frames.frame(slot, of: worldBuffers))
    picture.draw(into: &frame)
  }

  /// A snapshot of one slot: its world and what the model keeps, streams included.
  public func state(of slot: Int) -> any Sendable {
    LatentSlotState(
      world: world.state(of: slot), model: state.snapshot(of: slot),
      restarts: restarts.elements[slot])
  }

  /// Puts a snapshot back into a slot.
  public func setState(_ state: any Sendable, of slot: Int) throws {
    guard let found = state as? LatentSlotState else {
      throw EnvironmentError.otherSnapshot(
        state, place: specification.id, slot: slot, wanted: "latent environments")
    }
    try self.state.restore(found.model, to: slot)
    try world.setState(found.world, of: slot)
    restarts.elements[slot] = found.restarts
  }
}

/// A snapshot of one slot.
private struct LatentSlotState: Sendable {
  let world: any Sendable
  let model: any Sendable
  let restarts: Bool
}
