import Datasets
import EnvironmentKit
import Randomness

/// The present latents of slots, as an autoencoder gives them, and their frames where these are kept.
final class AutoencoderState: WorldModelState {
  private let encoder: any FrameEncoder
  private let vision: FrozenVision?
  private let reading: LatentReading
  /// Numbers of a latent.
  let size: Int

  /// `[slot, latentSize]`.
  let latents: OwnedBuffer<Float>
  /// Slots whose episode has had no frame.
  let isFresh: OwnedBuffer<Bool>
  private let logVariance: OwnedBuffer<Float>
  private let form: any LatentForm
  private let frames: PlainFramesState?
  private var streams: [RandomStream]

  private static let streamName = "latent/sample"

  /// Makes room.
  ///
  /// - Parameter format: of frames that are kept beside the latents, as the second feature; nil keeps none.
  init(_ model: some SeesThroughAutoencoder, keeping format: FrameFormat? = nil, slots: Int) {
    precondition(slots >= 1, "makeState: \(slots) slots; give 1 or more")
    frames = format.map { PlainFramesState($0, slots: slots) }
    (encoder, vision, reading) = (model.encoder, model.vision, model.reading)
    size = model.encoder.latentSize
    form = model.vision?.form ?? GaussianForm(size: size)
    latents = OwnedBuffer(slots * size, zero: 0)
    logVariance = OwnedBuffer(model.reading == .sampled ? slots * size : 0, zero: 0)
    isFresh = OwnedBuffer(slots, zero: true)
    streams = (0..<slots).map { _ in RandomStream(root: 0, name: Self.streamName) }
  }

  func begin(_ slot: Int, seed: UInt64?) {
    if let seed { streams[slot] = RandomStream(root: seed, name: Self.streamName) }
    isFresh.elements[slot] = true
  }

  func begin(_ slot: Int, at start: any Sendable, drawing stream: inout RandomStream) {
    guard let start = start as? GaussianLatent, start.mean.count == size else {
      preconditionFailure("begin: \(type(of: start)) is no start of this model")
    }
    start.write(reading, form, from: &stream, into: latents.row(slot, size))
    isFresh.elements[slot] = false
    frames?.write(slot) { decode(slot, into: $0) }
  }

  func observe(
    _ frames: UnsafeBufferPointer<UInt8>, after done: ActionBuffer?, slots: [Int]
  ) {
    guard !slots.isEmpty else { return }
    self.frames?.observe(frames, after: done, slots: slots)
    encoder.encodeSlots(
      frames, slots: slots, mean: latents.elements,
      logVariance: reading == .sampled ? logVariance.elements : nil)
    for slot in slots {
      isFresh.elements[slot] = false
      if reading == .sampled { sample(slot) }
    }
  }

  private func sample(_ slot: Int) {
    form.draw(
      latents.row(slot, size), logVariance: UnsafeBufferPointer(logVariance.row(slot, size)),
      stream: &streams[slot])
  }

  func imagine(
    after done: ActionBuffer, active: UnsafeBufferPointer<Bool>, _ dream: DreamHeads
  ) {
    preconditionFailure("imagine: an autoencoder alone imagines nothing")
  }

  func feature(_ place: Int, of slot: Int) -> UnsafeBufferPointer<Float> {
    if place > 0 {
      return frames?.feature(0, of: slot) ?? UnsafeBufferPointer(start: nil, count: 0)
    }
    return UnsafeBufferPointer(latents.row(slot, size))
  }

  func decode(_ slot: Int, into frame: UnsafeMutableBufferPointer<UInt8>) {
    guard let vision else { return frame.update(repeating: 0) }
    vision.decode(UnsafeBufferPointer(latents.row(slot, size)), count: 1, into: frame)
  }

  func snapshot(of slot: Int) -> any Sendable { latentSnapshot(of: slot) }

  /// A copy of one slot.
  func latentSnapshot(of slot: Int) -> LatentSnapshot {
    LatentSnapshot(
      latent: Array(latents.row(slot, size)), stream: streams[slot],
      isFresh: isFresh.elements[slot],
      frame: frames.map { Array($0.feature(0, of: slot)) } ?? [])
  }

  func restore(_ snapshot: any Sendable, to slot: Int) throws {
    guard let found = snapshot as? LatentSnapshot, found.latent.count == size else {
      throw EnvironmentError.otherSnapshot(
        snapshot, place: "world model", slot: slot, wanted: "a state of the same autoencoder")
    }
    try frames?.restore(found.frame, to: slot)
    _ = latents.row(slot, size).update(fromContentsOf: found.latent)
    streams[slot] = found.stream
    isFresh.elements[slot] = found.isFresh
  }
}

/// A copy of one slot of an `AutoencoderState`.
package struct LatentSnapshot: Hashable, Sendable {
  /// The present latent, `[latentSize]`.
  package var latent: [Float]
  /// What samples are drawn from.
  package var stream: RandomStream
  /// Whether the slot's episode has had no frame.
  package var isFresh: Bool
  /// The present frame; empty where none is kept.
  package var frame: [Float]

  /// A copy of its parts.
  package init(latent: [Float], stream: RandomStream, isFresh: Bool, frame: [Float] = []) {
    (self.latent, self.stream) = (latent, stream)
    (self.isFresh, self.frame) = (isFresh, frame)
  }
}
