/// Worlds of which an agent is shown a view of the facts; all else is the world's own.
public final class FactsEnvironments: BatchWrapper {
  /// Views are floats.
  public typealias Element = Float

  /// The worlds.
  public let base: any EnvironmentBatch<UInt8>
  /// What is shown of them.
  public let view: FactsView
  /// The world's, with the view as the observation.
  public let specification: WorldSpecification

  private let worldBuffers: BatchBuffers<UInt8>
  private let values: OwnedBuffer<Float>

  /// One field, `facts`.
  public var observationSpace: ObservationSpace { specification.observation }

  /// Shows worlds by their facts.
  ///
  /// - Parameter world: without autoreset: the facts of an ended episode must still be there.
  public init(_ world: any EnvironmentBatch<UInt8>, as view: FactsView) {
    precondition(
      world.autoreset == .disabled,
      "FactsEnvironments: \(world.specification.id) resets by itself; make it with autoreset .disabled"
    )
    base = world
    self.view = view
    var specification = world.specification
    specification.observation = ObservationSpace([
      ObservationField("facts", shape: [view.count])
    ])
    self.specification = specification
    worldBuffers = BatchBuffers(
      slots: world.count, observationCount: world.observationSpace.count, zero: 0)
    values = OwnedBuffer(specification.facts.count, zero: 0)
  }

  /// Starts episodes.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Float>
  ) throws {
    try base.reset(seeds: seeds, mask: mask, into: worldBuffers)
    for slot in 0..<count where mask?[slot] ?? true { show(slot, buffers) }
  }

  /// Acts once in every active slot.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<Float>
  ) throws {
    try base.step(actions, active: active, into: worldBuffers)
    for slot in 0..<count where active?[slot] ?? true {
      show(slot, buffers)
      guard buffers.terminated[slot] || buffers.truncated[slot] else { continue }
      _ = buffers.finalObservation(slot).update(fromContentsOf: buffers.observation(slot))
    }
  }

  private func show(_ slot: Int, _ buffers: BatchBuffers<Float>) {
    let facts = values.elements
    base.facts(of: slot, into: facts)
    view.write(UnsafeBufferPointer(facts), buffers.observation(slot))
    buffers.rewards[slot] = worldBuffers.rewards[slot]
    buffers.terminated[slot] = worldBuffers.terminated[slot]
    buffers.truncated[slot] = worldBuffers.truncated[slot]
  }
}
