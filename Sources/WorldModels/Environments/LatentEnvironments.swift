import EnvironmentKit
import Foundation
import Randomness

/// Worlds seen through an encoder, V, and through a memory, M, where there is one.
///
/// The observation is the latent of the picture, beside it what M made of the latents and actions
/// before it. Only active slots are encoded. Facts, drawing and missions are the world's own. A slot's latents
/// depend on its seed and actions alone: sampling draws from the stream `latent/sample` of the seed.
///
/// M's state is 0 at an episode's first latent z₀; at z₍t+1₎ it is h₍t+1₎, M's state after it has
/// consumed (z_t, a_t), the latent that the agent saw and what it did then. It is the state from which
/// M predicts z₍t+1₎: the pairing of M's training.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018): C acts on z and h.
public final class LatentEnvironments: BatchWrapper {
  /// Latents are floats.
  public typealias Element = Float

  /// The worlds.
  public let world: any EnvironmentBatch<UInt8>
  /// What the worlds wrote last: the pictures behind the latents.
  public let worldBuffers: BatchBuffers<UInt8>
  /// Which latent is given.
  public let reading: LatentReading
  /// `latent`, and the fields of M's state that the agent's input has.
  public var observationSpace: ObservationSpace { track.observationSpace }
  /// The world's, with the latent as observation.
  public let specification: WorldSpecification

  let track: MemoryTrack
  let work: LatentWorkspace
  var streams: [RandomStream]

  private let encoder: any FrameEncoder
  private let image: Range<Int>

  /// The worlds.
  public var base: any EnvironmentBatch<UInt8> { world }

  /// Sees worlds through an encoder and, where one is given, a memory.
  ///
  /// - Parameters:
  ///   - world: worlds whose observation has a field `image`.
  ///   - encoder: compresses that field; its `frameShape` is the field's shape.
  ///   - reading: which latent is given, to the agent and to M.
  ///   - memory: M, of the encoder's latents and of the world's encoded actions; nil for none.
  ///   - actionEncoding: how M was given actions when it was trained.
  ///   - input: what the agent is shown; with M's state only where there is a memory.
  /// - Throws: where the world shows no picture of the encoder's shape, or the memory does not fit.
  public init(
    _ world: any EnvironmentBatch<UInt8>, encoder: any FrameEncoder,
    reading: LatentReading = .mean, memory: FrozenMemory? = nil,
    actionEncoding: ActionEncoding = .oneHot, input: AgentInput = .latent
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
    track = try MemoryTrack(
      slots: world.count, latentSize: encoder.latentSize, memory: memory, input: input,
      actions: world.actionSpace, encoding: actionEncoding, place: world.specification.id)
    var specification = world.specification
    specification.observation = track.observationSpace
    self.specification = specification
    worldBuffers = BatchBuffers(slots: world.count, observationCount: space.count, zero: 0)
    work = LatentWorkspace(
      slots: world.count, latentSize: encoder.latentSize,
      pictureCount: space.count == image.count ? 0 : image.count,
      startsUnasked: world.autoreset == .nextStep)
    streams = (0..<world.count).map { _ in RandomStream(root: 0, name: Self.streamName) }
  }

  private static let streamName = "latent/sample"

  /// Starts episodes.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Float>
  ) throws {
    try world.reset(seeds: seeds, mask: mask, into: worldBuffers)
    work.choose { mask?[$0] ?? true }
    for slot in work.slots {
      if let seed = seeds[slot] { streams[slot] = RandomStream(root: seed, name: Self.streamName) }
      track.restart(slot)
      work.restarts[slot] = false
    }
    encode(worldBuffers.observations, into: track.latents)
    for slot in work.slots {
      copyResults(slot, buffers)
      track.observe(slot, into: buffers.observation(slot))
    }
  }

  /// Acts once in every active slot.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<Float>
  ) throws {
    try world.step(actions, active: active, into: worldBuffers)
    advanceMemory(actions, active)
    work.choose { active?[$0] ?? true }
    encode(worldBuffers.observations, into: track.latents)
    for slot in work.slots { copyResults(slot, buffers) }
    finishEpisodes(active, buffers)
    for slot in 0..<count where active?[slot] ?? true {
      track.observe(slot, into: buffers.observation(slot))
    }
  }

  private func copyResults(_ slot: Int, _ buffers: BatchBuffers<Float>) {
    buffers.rewards[slot] = worldBuffers.rewards[slot]
    buffers.terminated[slot] = worldBuffers.terminated[slot]
    buffers.truncated[slot] = worldBuffers.truncated[slot]
  }

  /// M consumes the latents from which the actions were taken; a step that only resets takes none.
  private func advanceMemory(_ actions: ActionBuffer, _ active: UnsafeBufferPointer<Bool>?) {
    guard track.memory != nil else { return }
    for slot in 0..<count where (active?[slot] ?? true) && work.restarts[slot] {
      track.restart(slot)
    }
    work.choose { (active?[$0] ?? true) && !self.work.restarts[$0] }
    for slot in work.slots { track.encode(actions, of: slot) }
    track.advance(active: work.chosen)
  }

  /// Writes the last observations of ended episodes, before M forgets them.
  ///
  /// Where the last picture is also the present one, so is its latent; else it is encoded.
  private func finishEpisodes(
    _ active: UnsafeBufferPointer<Bool>?, _ buffers: BatchBuffers<Float>
  ) {
    func ended(_ slot: Int) -> Bool {
      (active?[slot] ?? true) && (buffers.terminated[slot] || buffers.truncated[slot])
    }
    work.choose { ended($0) && !self.lastIsPresent($0) }
    encode(worldBuffers.finalObservations, into: work.lastLatents)
    for slot in 0..<count where active?[slot] ?? true {
      let hasEnded = ended(slot)
      work.restarts[slot] = hasEnded && autoreset == .nextStep
      guard hasEnded else { continue }
      let last = work.chosen[slot] ? work.lastLatent(of: slot) : track.latent(of: slot)
      track.observe(
        slot, latent: UnsafeBufferPointer(last), into: buffers.finalObservation(slot))
      if autoreset == .sameStep { track.restart(slot) }
    }
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
}
