/// What could be shown of a world's facts in the place of its picture, as numbers for a linear controller.
///
/// A yardstick: how well such a controller plays that sees perfectly, or knows what no picture shows.
public struct FactsView: Sendable {
  /// Its name in files and on the command line.
  public let name: String
  /// How many numbers.
  public let count: Int
  /// Writes them, from the values of the world's facts.
  public let write:
    @Sendable (_ facts: UnsafeBufferPointer<Float>, _ view: UnsafeMutableBufferPointer<Float>) ->
      Void

  /// Creates a view.
  ///
  /// - Parameter write: writes all `count` numbers.
  public init(
    _ name: String, count: Int,
    write:
      @escaping @Sendable (
        _ facts: UnsafeBufferPointer<Float>, _ view: UnsafeMutableBufferPointer<Float>
      ) -> Void
  ) {
    (self.name, self.count, self.write) = (name, count, write)
  }

  /// What it shows of the values of the world's facts.
  public func numbers(of facts: UnsafeBufferPointer<Float>) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { numbers, filled in
      numbers.initialize(repeating: 0)
      write(facts, UnsafeMutableBufferPointer(rebasing: numbers[..<count]))
      filled = count
    }
  }
}

/// Worlds of which an agent is shown a view of the facts; all else is the world's own.
public final class FactsEnvironments: EnvironmentBatch {
  /// Views are floats.
  public typealias Element = Float

  /// The worlds.
  public let world: any EnvironmentBatch<UInt8>
  /// What is shown of them.
  public let view: FactsView
  /// The world's, with the view as the observation.
  public let specification: WorldSpecification

  private let worldBuffers: BatchBuffers<UInt8>
  private let values: UnsafeMutableBufferPointer<Float>

  /// Number of slots.
  public var count: Int { world.count }
  /// One field, `facts`.
  public var observationSpace: ObservationSpace { specification.observation }
  /// What an agent may do.
  public var actionSpace: ActionSpace { world.actionSpace }
  /// What happens to a slot whose episode has ended: nothing, the caller resets it.
  public var autoreset: AutoresetMode { world.autoreset }

  /// Shows worlds by their facts.
  ///
  /// - Parameter world: without autoreset: the facts of an ended episode must still be there.
  public init(_ world: any EnvironmentBatch<UInt8>, as view: FactsView) {
    precondition(
      world.autoreset == .disabled,
      "FactsEnvironments: \(world.specification.id) resets by itself; make it with autoreset .disabled"
    )
    self.world = world
    self.view = view
    var specification = world.specification
    specification.observation = ObservationSpace([
      ObservationField("facts", shape: [view.count])
    ])
    self.specification = specification
    worldBuffers = BatchBuffers(
      slots: world.count, observationCount: world.observationSpace.count, zero: 0)
    values = .allocate(capacity: max(1, specification.facts.count))
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  /// Starts episodes.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Float>
  ) throws {
    try world.reset(seeds: seeds, mask: mask, into: worldBuffers)
    for slot in 0..<count where mask?[slot] ?? true { show(slot, buffers) }
  }

  /// Acts once in every active slot.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<Float>
  ) throws {
    try world.step(actions, active: active, into: worldBuffers)
    for slot in 0..<count where active?[slot] ?? true {
      show(slot, buffers)
      guard buffers.terminated[slot] || buffers.truncated[slot] else { continue }
      _ = buffers.finalObservation(slot).update(fromContentsOf: buffers.observation(slot))
    }
  }

  private func show(_ slot: Int, _ buffers: BatchBuffers<Float>) {
    let facts = UnsafeMutableBufferPointer(rebasing: values[..<specification.facts.count])
    world.facts(of: slot, into: facts)
    view.write(UnsafeBufferPointer(facts), buffers.observation(slot))
    buffers.rewards[slot] = worldBuffers.rewards[slot]
    buffers.terminated[slot] = worldBuffers.terminated[slot]
    buffers.truncated[slot] = worldBuffers.truncated[slot]
  }

  /// A snapshot of one slot: the world's.
  public func state(of slot: Int) -> any Sendable { world.state(of: slot) }

  /// Puts a snapshot back into a slot.
  public func setState(_ state: any Sendable, of slot: Int) throws {
    try world.setState(state, of: slot)
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
