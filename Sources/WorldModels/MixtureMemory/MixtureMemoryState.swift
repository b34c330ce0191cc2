import EnvironmentKit
import Randomness

/// The present latents of slots with the memory's states beside them.
///
/// A memory's state is what it is after it has consumed every latent before the present one, each with
/// the action that was taken from it: latent and state together are all that is known.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018): C acts on z and h.
final class MixtureMemoryState: WorldModelState {
  private let model: MixtureMemoryModel
  private let seen: AutoencoderState
  private let state: FrozenMemory.State
  /// `[slot, actionSize]`: the actions as the memory reads them.
  private let actions: OwnedBuffer<Float>
  /// Slots that advance the memory at a step.
  private let advancing: OwnedBuffer<Bool>
  /// What the memory says of one latent.
  private let said: OwnedBuffer<Float>
  private let density: MixtureDensity

  init(_ model: MixtureMemoryModel, slots: Int) {
    self.model = model
    seen = AutoencoderState(model, slots: slots)
    state = model.memory.makeState(slots: slots)
    actions = OwnedBuffer(slots * model.actionSize, zero: 0)
    advancing = OwnedBuffer(slots, zero: false)
    said = OwnedBuffer(model.memory.configuration.outputSize, zero: 0)
    density = MixtureDensity(model.memory.configuration.layout)
  }

  func begin(_ slot: Int, seed: UInt64?) {
    seen.begin(slot, seed: seed)
    state.reset(slot)
  }

  func begin(_ slot: Int, at start: any Sendable, drawing stream: inout RandomStream) {
    seen.begin(slot, at: start, drawing: &stream)
    state.reset(slot)
  }

  func observe(
    _ frames: UnsafeBufferPointer<UInt8>, after done: ActionBuffer?, slots: [Int]
  ) {
    guard !slots.isEmpty else { return }
    if let done { advance(after: done, slots) }
    seen.observe(frames, after: done, slots: slots)
  }

  /// The memory consumes the latents from which the actions were taken.
  private func advance(after done: ActionBuffer, _ slots: [Int]) {
    advancing.elements.update(repeating: false)
    for slot in slots where !seen.isFresh.elements[slot] {
      advancing.elements[slot] = true
      model.encode(done, of: slot, into: actions.row(slot, model.actionSize))
    }
    model.memory.advance(
      latents: UnsafeBufferPointer(seen.latents.elements),
      actions: UnsafeBufferPointer(actions.elements), state: state,
      active: UnsafeBufferPointer(advancing.elements))
  }

  func imagine(
    after done: ActionBuffer, active: UnsafeBufferPointer<Bool>, _ dream: DreamHeads
  ) {
    for slot in active.indices where active[slot] {
      model.encode(done, of: slot, into: actions.row(slot, model.actionSize))
    }
    let heads = model.memory.configuration
    model.memory.step(
      latents: seen.latents.elements, actions: UnsafeBufferPointer(actions.elements), state: state,
      streams: dream.streams, active: active, temperature: dream.temperature,
      rewards: heads.predictsReward ? dream.rewards : nil,
      terminations: heads.predictsTermination ? dream.ends : nil)
  }

  func feature(_ place: Int, of slot: Int) -> UnsafeBufferPointer<Float> {
    switch place {
    case 0: seen.feature(0, of: slot)
    case 1: state.cell(of: slot)
    default: state.hidden(of: slot)
    }
  }

  /// −log p of a slot's present latent by what the memory foretold of it, in nats.
  func surprise(of slot: Int) -> Float {
    model.memory.outputs(of: slot, state, into: said.elements)
    guard let row = said.elements.baseAddress else { return 0 }
    return Float(density.negativeLog(of: seen.feature(0, of: slot), by: row))
  }

  func decode(_ slot: Int, into frame: UnsafeMutableBufferPointer<UInt8>) {
    seen.decode(slot, into: frame)
  }

  func snapshot(of slot: Int) -> any Sendable {
    MixtureMemorySnapshot(
      seen: seen.latentSnapshot(of: slot), memory: state.snapshot(of: slot))
  }

  func restore(_ snapshot: any Sendable, to slot: Int) throws {
    guard let found = snapshot as? MixtureMemorySnapshot,
      found.memory.hidden.count == state.hiddenSize, found.memory.cell.count == state.hiddenSize
    else {
      throw EnvironmentError.otherSnapshot(
        snapshot, place: "world model", slot: slot,
        wanted: "a state of the same vision and memory")
    }
    try seen.restore(found.seen, to: slot)
    state.restore(found.memory, to: slot)
  }
}

/// A copy of one slot of a `MixtureMemoryState`.
package struct MixtureMemorySnapshot: Hashable, Sendable {
  /// The latent.
  package var seen: LatentSnapshot
  /// The memory's state.
  package var memory: FrozenMemory.Snapshot

  /// A copy of its parts.
  package init(seen: LatentSnapshot, memory: FrozenMemory.Snapshot) {
    (self.seen, self.memory) = (seen, memory)
  }
}
