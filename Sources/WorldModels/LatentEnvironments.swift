import EnvironmentKit
import Foundation
import Randomness

/// Which latent an agent is given.
public enum LatentReading: String, Hashable, Sendable, Codable {
  /// The mean of the encoder's distribution.
  case mean
  /// A sample of it, drawn from the slot's own stream.
  case sampled
}

/// Worlds seen through an encoder: the observation is the latent of the picture.
///
/// Only active slots are encoded. Facts, drawing and missions are the world's own. A slot's latents
/// depend on its seed and actions alone: sampling draws from the stream `latent/sample` of the seed.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018): C acts on z.
public final class LatentEnvironments: EnvironmentBatch {
  /// Latents are floats.
  public typealias Element = Float

  /// The worlds.
  public let world: any EnvironmentBatch<UInt8>
  /// What the worlds wrote last: the pictures behind the latents.
  public let worldBuffers: BatchBuffers<UInt8>
  /// Which latent is given.
  public let reading: LatentReading
  /// One field, `latent`.
  public let observationSpace: ObservationSpace
  /// The world's, with the latent as observation.
  public let specification: WorldSpecification

  private let encoder: any FrameEncoder
  private let image: Range<Int>
  private let work: LatentWorkspace
  private var streams: [RandomStream]

  /// Number of slots.
  public var count: Int { world.count }
  /// What an agent may do.
  public var actionSpace: ActionSpace { world.actionSpace }

  /// Sees worlds through an encoder.
  ///
  /// - Parameters:
  ///   - world: worlds whose observation has a field `image`.
  ///   - encoder: compresses that field; its `frameShape` is the field's shape.
  ///   - reading: which latent is given.
  /// - Throws: where the world shows no picture of the encoder's shape.
  public init(
    _ world: any EnvironmentBatch<UInt8>, encoder: any FrameEncoder, reading: LatentReading = .mean
  ) throws {
    let space = world.observationSpace
    guard let image = space.range(of: "image"), space.image?.shape == encoder.frameShape else {
      throw EnvironmentError(
        operation: "encode", place: world.specification.id,
        cause: "the encoder takes pictures of \(encoder.frameShape), the world shows "
          + "\(space.fields.map { "\($0.name) \($0.shape)" })",
        remedy: "observe the world as pixels of that size")
    }
    self.world = world
    self.encoder = encoder
    self.reading = reading
    self.image = image
    observationSpace = ObservationSpace([ObservationField("latent", shape: [encoder.latentSize])])
    var specification = world.specification
    specification.observation = observationSpace
    self.specification = specification
    worldBuffers = BatchBuffers(slots: world.count, observationCount: space.count, zero: 0)
    work = LatentWorkspace(
      slots: world.count, latentSize: encoder.latentSize,
      pictureCount: space.count == image.count ? 0 : image.count)
    streams = (0..<world.count).map { _ in RandomStream(root: 0, name: Self.streamName) }
  }

  private static let streamName = "latent/sample"

  /// Starts episodes.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Float>
  ) throws {
    try world.reset(seeds: seeds, mask: mask, into: worldBuffers)
    work.choose { mask?[$0] ?? true }
    for slot in 0..<count where work.chosen[slot] {
      if let seed = seeds[slot] { streams[slot] = RandomStream(root: seed, name: Self.streamName) }
      copyResults(slot, buffers)
    }
    encode(worldBuffers.observations, into: buffers.observations)
  }

  /// Acts once in every active slot.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<Float>
  ) throws {
    try world.step(actions, active: active, into: worldBuffers)
    work.choose { active?[$0] ?? true }
    for slot in 0..<count where work.chosen[slot] { copyResults(slot, buffers) }
    encode(worldBuffers.observations, into: buffers.observations)
    encodeFinalObservations(active, buffers)
  }

  private func copyResults(_ slot: Int, _ buffers: BatchBuffers<Float>) {
    buffers.rewards[slot] = worldBuffers.rewards[slot]
    buffers.terminated[slot] = worldBuffers.terminated[slot]
    buffers.truncated[slot] = worldBuffers.truncated[slot]
  }

  /// Where the last picture is also the present one, so is its latent; else it is encoded.
  private func encodeFinalObservations(
    _ active: UnsafeBufferPointer<Bool>?, _ buffers: BatchBuffers<Float>
  ) {
    func ended(_ slot: Int) -> Bool {
      (active?[slot] ?? true) && (buffers.terminated[slot] || buffers.truncated[slot])
    }
    for slot in 0..<count where ended(slot) && lastIsPresent(slot) {
      _ = buffers.finalObservation(slot).update(fromContentsOf: buffers.observation(slot))
    }
    work.choose { ended($0) && !self.lastIsPresent($0) }
    encode(worldBuffers.finalObservations, into: buffers.finalObservations)
  }

  private func lastIsPresent(_ slot: Int) -> Bool {
    let (last, present) = (worldBuffers.finalObservation(slot), worldBuffers.observation(slot))
    return last[image].elementsEqual(present[image])
  }

  /// Encodes the pictures of the chosen slots, and samples where that is the reading.
  private func encode(
    _ frames: UnsafeMutableBufferPointer<UInt8>, into latents: UnsafeMutableBufferPointer<Float>
  ) {
    guard !work.slots.isEmpty else { return }
    encoder.encodeSlots(
      pictures(frames), slots: work.slots, mean: latents,
      logVariance: reading == .sampled ? work.logVariance : nil)
    if reading == .sampled { for slot in work.slots { sample(slot, latents) } }
  }

  /// The pictures by slot; copied together where observations hold other fields too.
  private func pictures(_ frames: UnsafeMutableBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    let stride = worldBuffers.observationCount
    guard stride != image.count else { return UnsafeBufferPointer(frames) }
    for slot in work.slots {
      let picture = slot * stride + image.lowerBound..<slot * stride + image.upperBound
      _ = UnsafeMutableBufferPointer(
        rebasing: work.pictures[slot * image.count..<(slot + 1) * image.count]
      ).update(fromContentsOf: frames[picture])
    }
    return UnsafeBufferPointer(work.pictures)
  }

  private func sample(_ slot: Int, _ latents: UnsafeMutableBufferPointer<Float>) {
    for index in slot * encoder.latentSize..<(slot + 1) * encoder.latentSize {
      let deviation = exp(work.logVariance[index] / 2)
      latents[index] += deviation * Float(streams[slot].standardNormal())
    }
  }

  /// A snapshot of one slot, its streams included.
  public func state(of slot: Int) -> any Sendable {
    LatentSlotState(world: world.state(of: slot), stream: streams[slot])
  }

  /// Puts a snapshot back into a slot.
  public func setState(_ state: any Sendable, of slot: Int) throws {
    guard let state = state as? LatentSlotState else {
      throw EnvironmentError(
        operation: "setState", place: "\(specification.id), slot \(slot)",
        cause: "the snapshot is of another kind of batch (\(type(of: state)))",
        remedy: "give one taken from latent environments")
    }
    try world.setState(state.world, of: slot)
    streams[slot] = state.stream
  }

  /// Draws the world of a slot for people.
  public func draw(_ slot: Int, into frame: inout Frame) { world.draw(slot, into: &frame) }

  /// The true quantities of the world of a slot.
  public func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {
    world.facts(of: slot, into: values)
  }

  /// What is asked of the agent in a slot.
  public func mission(of slot: Int) -> String { world.mission(of: slot) }
}

/// A snapshot of one slot.
private struct LatentSlotState: Sendable {
  let world: any Sendable
  let stream: RandomStream
}

/// Memory for the slots being encoded, allocated once.
private final class LatentWorkspace {
  let chosen: UnsafeMutableBufferPointer<Bool>
  let logVariance: UnsafeMutableBufferPointer<Float>
  let pictures: UnsafeMutableBufferPointer<UInt8>
  /// The chosen slots, ascending.
  private(set) var slots: [Int] = []

  init(slots count: Int, latentSize: Int, pictureCount: Int) {
    chosen = .allocate(capacity: count)
    chosen.initialize(repeating: false)
    logVariance = .allocate(capacity: count * latentSize)
    logVariance.initialize(repeating: 0)
    pictures = .allocate(capacity: count * pictureCount)
    pictures.initialize(repeating: 0)
    slots.reserveCapacity(count)
  }

  deinit {
    chosen.deallocate()
    logVariance.deallocate()
    pictures.deallocate()
  }

  func choose(_ isChosen: (Int) -> Bool) {
    slots.removeAll(keepingCapacity: true)
    for slot in chosen.indices {
      chosen[slot] = isChosen(slot)
      if chosen[slot] { slots.append(slot) }
    }
  }
}
