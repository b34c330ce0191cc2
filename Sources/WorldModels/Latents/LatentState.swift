import EnvironmentKit
import Foundation
import Randomness

/// The present latents of slots, and the states of a memory beside them where there is one.
///
/// A memory's state is what it is after it has consumed every latent before the present one, each with
/// the action that was taken from it: latent and state together are all that is known.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018): C acts on z and h.
final class LatentState: WorldModelState {
  private let encoder: any FrameEncoder
  private let vision: FrozenVision?
  private let reading: LatentReading
  private let recurrent: (memory: MixtureMemoryModel, state: FrozenMemory.State)?
  private let size: Int

  /// `[slot, latentSize]`.
  private let latents: OwnedBuffer<Float>
  private let logVariance: OwnedBuffer<Float>
  /// `[slot, actionSize]`: the actions as the memory reads them.
  private let actions: OwnedBuffer<Float>
  /// Slots that advance the memory at a step.
  private let advancing: OwnedBuffer<Bool>
  /// Slots whose episode has had no frame.
  private let isFresh: OwnedBuffer<Bool>
  private var streams: [RandomStream]

  private static let streamName = "latent/sample"

  /// The state of an autoencoder alone.
  init(_ model: some SeesThroughAutoencoder, slots: Int, memory: MixtureMemoryModel? = nil) {
    precondition(slots >= 1, "makeState: \(slots) slots; give 1 or more")
    (encoder, vision, reading) = (model.encoder, model.vision, model.reading)
    recurrent = memory.map { ($0, $0.memory.makeState(slots: slots)) }
    size = model.encoder.latentSize
    latents = OwnedBuffer(slots * size, zero: 0)
    logVariance = OwnedBuffer(model.reading == .sampled ? slots * size : 0, zero: 0)
    actions = OwnedBuffer(slots * (memory?.actionSize ?? 0), zero: 0)
    advancing = OwnedBuffer(slots, zero: false)
    isFresh = OwnedBuffer(slots, zero: true)
    streams = (0..<slots).map { _ in RandomStream(root: 0, name: Self.streamName) }
  }

  func begin(_ slot: Int, seed: UInt64?) {
    if let seed { streams[slot] = RandomStream(root: seed, name: Self.streamName) }
    isFresh.elements[slot] = true
    recurrent?.state.reset(slot)
  }

  func begin(_ slot: Int, at start: any Sendable, drawing stream: inout RandomStream) {
    guard let start = start as? GaussianLatent, start.mean.count == size else {
      preconditionFailure("begin: \(type(of: start)) is no start of this model")
    }
    start.write(reading, from: &stream, into: latents.row(slot, size))
    isFresh.elements[slot] = false
    recurrent?.state.reset(slot)
  }

  func observe(
    _ frames: UnsafeBufferPointer<UInt8>, after done: ActionBuffer?, slots: [Int]
  ) {
    guard !slots.isEmpty else { return }
    if let done { advance(after: done, slots) }
    encoder.encodeSlots(
      frames, slots: slots, mean: latents.elements,
      logVariance: reading == .sampled ? logVariance.elements : nil)
    for slot in slots {
      isFresh.elements[slot] = false
      if reading == .sampled { sample(slot) }
    }
  }

  /// The memory consumes the latents from which the actions were taken.
  private func advance(after done: ActionBuffer, _ slots: [Int]) {
    guard let (model, state) = recurrent else { return }
    advancing.elements.update(repeating: false)
    for slot in slots where !isFresh.elements[slot] {
      advancing.elements[slot] = true
      model.encode(done, of: slot, into: actions.row(slot, model.actionSize))
    }
    model.memory.advance(
      latents: UnsafeBufferPointer(latents.elements),
      actions: UnsafeBufferPointer(actions.elements), state: state,
      active: UnsafeBufferPointer(advancing.elements))
  }

  private func sample(_ slot: Int) {
    for index in slot * size..<(slot + 1) * size {
      let deviation = exp(logVariance.elements[index] / 2)
      latents.elements[index] += deviation * Float(streams[slot].standardNormal())
    }
  }

  func imagine(
    after done: ActionBuffer, active: UnsafeBufferPointer<Bool>, _ dream: DreamHeads
  ) {
    guard let (model, state) = recurrent else {
      preconditionFailure("imagine: an autoencoder alone imagines nothing")
    }
    for slot in active.indices where active[slot] {
      model.encode(done, of: slot, into: actions.row(slot, model.actionSize))
    }
    let heads = model.memory.configuration
    model.memory.step(
      latents: latents.elements, actions: UnsafeBufferPointer(actions.elements), state: state,
      streams: dream.streams, active: active, temperature: dream.temperature,
      rewards: heads.predictsReward ? dream.rewards : nil,
      terminations: heads.predictsTermination ? dream.ends : nil)
  }

  func feature(_ place: Int, of slot: Int) -> UnsafeBufferPointer<Float> {
    guard place > 0, let state = recurrent?.state else {
      return UnsafeBufferPointer(latents.row(slot, size))
    }
    return place == 1 ? state.cell(of: slot) : state.hidden(of: slot)
  }

  func decode(_ slot: Int, into frame: UnsafeMutableBufferPointer<UInt8>) {
    guard let vision else { return frame.update(repeating: 0) }
    vision.decode(UnsafeBufferPointer(latents.row(slot, size)), count: 1, into: frame)
  }

  func snapshot(of slot: Int) -> any Sendable {
    LatentSnapshot(
      latent: Array(latents.row(slot, size)), memory: recurrent?.state.snapshot(of: slot),
      stream: streams[slot], isFresh: isFresh.elements[slot])
  }

  func restore(_ snapshot: any Sendable, to slot: Int) throws {
    let hidden = recurrent?.state.hiddenSize
    guard let found = snapshot as? LatentSnapshot, found.latent.count == size,
      found.memory?.hidden.count == hidden, found.memory?.cell.count == hidden
    else {
      throw EnvironmentError(
        operation: "setState", place: "world model, slot \(slot)",
        cause: "the snapshot is none of this model's (\(type(of: snapshot)))",
        remedy: "give one taken from a state of the same vision and memory")
    }
    _ = latents.row(slot, size).update(fromContentsOf: found.latent)
    if let memory = found.memory { recurrent?.state.restore(memory, to: slot) }
    streams[slot] = found.stream
    isFresh.elements[slot] = found.isFresh
  }
}

/// A copy of one slot of a `LatentState`.
package struct LatentSnapshot: Hashable, Sendable {
  /// The present latent, `[latentSize]`.
  package var latent: [Float]
  /// The memory's state; nil where there is none.
  package var memory: FrozenMemory.Snapshot?
  /// What samples are drawn from.
  package var stream: RandomStream
  /// Whether the slot's episode has had no frame.
  package var isFresh: Bool

  /// A copy of its parts.
  package init(
    latent: [Float], memory: FrozenMemory.Snapshot?, stream: RandomStream, isFresh: Bool
  ) {
    (self.latent, self.memory, self.stream, self.isFresh) = (latent, memory, stream, isFresh)
  }
}
