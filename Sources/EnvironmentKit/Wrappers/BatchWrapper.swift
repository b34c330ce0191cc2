/// A batch made of another one: by watching it, changing one thing, or showing something else of it.
public protocol BatchWrapper: EnvironmentBatch {
  /// What the batch within writes.
  associatedtype BaseElement: BitwiseCopyable & Sendable = Element
  /// The batch within.
  var base: any EnvironmentBatch<BaseElement> { get }
}

extension BatchWrapper {
  /// Number of slots.
  public var count: Int { base.count }
  /// What an agent may do.
  public var actionSpace: ActionSpace { base.actionSpace }
  /// What the environments are.
  public var specification: WorldSpecification { base.specification }
  /// What happens to a slot whose episode has ended.
  public var autoreset: AutoresetMode { base.autoreset }
  /// A snapshot of a slot of the batch within.
  public func state(of slot: Int) -> any Sendable { base.state(of: slot) }
  /// Puts a snapshot back into the batch within.
  public func setState(_ state: any Sendable, of slot: Int) throws {
    try base.setState(state, of: slot)
  }
  /// Draws a slot of the batch within.
  public func draw(_ slot: Int, into frame: inout Frame) { base.draw(slot, into: &frame) }
  /// The facts of a slot of the batch within.
  public func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {
    base.facts(of: slot, into: values)
  }
  /// The mission of a slot of the batch within.
  public func mission(of slot: Int) -> String { base.mission(of: slot) }
}

extension BatchWrapper where BaseElement == Element {
  /// What one observation consists of.
  public var observationSpace: ObservationSpace { base.observationSpace }
  /// Resets the batch within.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Element>
  ) throws { try base.reset(seeds: seeds, mask: mask, into: buffers) }
  /// Steps the batch within.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<Element>
  ) throws { try base.step(actions, active: active, into: buffers) }
}
