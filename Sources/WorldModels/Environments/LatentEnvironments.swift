import EnvironmentKit

/// Worlds seen through a world model: an agent is shown the model's features, not the frames.
///
/// Only active slots are looked at. Facts, drawing and missions are the world's own. What a slot shows
/// depends on its seed and actions alone.
public final class LatentEnvironments: BatchWrapper {
  /// Features are floats.
  public typealias Element = Float

  /// The worlds.
  public let world: any EnvironmentBatch<UInt8>
  /// What the worlds wrote last: the frames behind the features.
  public let worldBuffers: BatchBuffers<UInt8>
  /// Who looks.
  public let model: any WorldModel
  /// The features that the agent asked for.
  public var observationSpace: ObservationSpace { input.space }
  /// The world's, with the features as observation.
  public let specification: WorldSpecification

  let state: any WorldModelState
  let input: AgentInput
  /// `[slot]`: whether the world takes the slot's next step to start an episode.
  let restarts: OwnedBuffer<Bool>
  let frames: WorldFrames
  let picture: FramePicture
  /// For what the model says beside its features.
  private(set) lazy var readings = FrameReadings(
    slots: world.count,
    latentSize: (model as? any SeesThroughAutoencoder)?.encoder.latentSize ?? 0)
  private var chosen: [Int] = []

  /// The worlds.
  public var base: any EnvironmentBatch<UInt8> { world }

  /// Sees worlds through a model.
  ///
  /// - Parameters:
  ///   - world: worlds with a field `image` of the model's frame shape, or observations of as many bytes.
  ///   - model: who looks.
  ///   - names: the features that an agent is shown, in order.
  /// - Throws: where the world shows no frame of that shape, or the model has no such feature.
  public init(
    _ world: any EnvironmentBatch<UInt8>, through model: any WorldModel,
    input names: [String] = ["latent"]
  ) throws {
    frames = try WorldFrames(world, shape: model.frameShape)
    input = try AgentInput(names, of: model, place: world.specification.id)
    (self.world, self.model) = (world, model)
    state = model.makeState(slots: world.count, showing: names)
    picture = FramePicture(shape: model.frameShape)
    var specification = world.specification
    specification.observation = input.space
    self.specification = specification
    worldBuffers = BatchBuffers(
      slots: world.count, observationCount: world.observationSpace.count, zero: 0)
    restarts = OwnedBuffer(world.count, zero: world.autoreset == .nextStep)
    chosen.reserveCapacity(world.count)
  }

  /// Starts episodes.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Float>
  ) throws {
    try world.reset(seeds: seeds, mask: mask, into: worldBuffers)
    choose { mask?[$0] ?? true }
    for slot in chosen {
      state.begin(slot, seed: seeds[slot])
      restarts.elements[slot] = false
    }
    look(at: worldBuffers.observations, after: nil)
    for slot in chosen {
      copyResults(slot, buffers)
      observe(slot, into: buffers.observation(slot))
    }
  }

  /// Acts once in every active slot.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<Float>
  ) throws {
    try world.step(actions, active: active, into: worldBuffers)
    func isActive(_ slot: Int) -> Bool { active?[slot] ?? true }
    // A step that only resets takes no action.
    for slot in 0..<count where isActive(slot) && restarts.elements[slot] {
      state.begin(slot, seed: nil)
    }
    choose { isActive($0) && !(self.hasEnded($0) && self.autoreset == .sameStep) }
    look(at: worldBuffers.observations, after: actions)
    if autoreset == .sameStep { finishAndBegin(isActive, actions, buffers) }
    for slot in 0..<count where isActive(slot) {
      copyResults(slot, buffers)
      observe(slot, into: buffers.observation(slot))
      restarts.elements[slot] = hasEnded(slot) && autoreset == .nextStep
      guard hasEnded(slot), autoreset != .sameStep else { continue }
      observe(slot, into: buffers.finalObservation(slot))
    }
  }

  /// Looks at the last frames of ended episodes, and then at the first ones of the next.
  private func finishAndBegin(
    _ isActive: (Int) -> Bool, _ actions: ActionBuffer, _ buffers: BatchBuffers<Float>
  ) {
    choose { isActive($0) && self.hasEnded($0) }
    guard !chosen.isEmpty else { return }
    look(at: worldBuffers.finalObservations, after: actions)
    for slot in chosen {
      observe(slot, into: buffers.finalObservation(slot))
      state.begin(slot, seed: nil)
    }
    look(at: worldBuffers.observations, after: nil)
  }

  private func hasEnded(_ slot: Int) -> Bool {
    worldBuffers.terminated[slot] || worldBuffers.truncated[slot]
  }

  private func copyResults(_ slot: Int, _ buffers: BatchBuffers<Float>) {
    buffers.rewards[slot] = worldBuffers.rewards[slot]
    buffers.terminated[slot] = worldBuffers.terminated[slot]
    buffers.truncated[slot] = worldBuffers.truncated[slot]
  }

  private func choose(_ isChosen: (Int) -> Bool) {
    chosen.removeAll(keepingCapacity: true)
    for slot in 0..<count where isChosen(slot) { chosen.append(slot) }
  }

  /// Shows the model the frames of the chosen slots.
  private func look(
    at observations: UnsafeMutableBufferPointer<UInt8>, after actions: ActionBuffer?
  ) {
    guard !chosen.isEmpty else { return }
    state.observe(frames.gathered(from: observations, chosen), after: actions, slots: chosen)
  }
}
