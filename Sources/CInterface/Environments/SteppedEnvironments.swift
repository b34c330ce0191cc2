import EnvironmentKit

/// A batch with what it wrote last, whatever its observations are made of.
protocol SteppedEnvironments: AnyObject {
  /// Bytes of a number of an observation: 1 of worlds, 4 of latents and dreams.
  var elementBytes: Int { get }
  var count: Int { get }
  var space: ObservationSpace { get }
  var actionSpace: ActionSpace { get }
  var specification: WorldSpecification { get }
  var autoreset: AutoresetMode { get }
  /// `[slot, observation]`, as bytes.
  var observations: UnsafeMutableRawBufferPointer { get }
  /// `[slot, observation]`, as bytes, of slots that ended.
  var finalObservations: UnsafeMutableRawBufferPointer { get }
  var rewards: UnsafeMutableBufferPointer<Float> { get }
  var terminated: UnsafeMutableBufferPointer<Bool> { get }
  var truncated: UnsafeMutableBufferPointer<Bool> { get }

  func reset(seeds: [UInt64?], mask: [Bool]?) throws
  func step(_ actions: ActionBuffer) throws
  func state(of slot: Int) -> any Sendable
  func setState(_ state: any Sendable, of slot: Int) throws
  func draw(_ slot: Int, into frame: inout Frame)
  func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>)
  func mission(of slot: Int) -> String
}

/// A batch of one kind of numbers.
final class Stepper<Element: BitwiseCopyable & Sendable>: SteppedEnvironments {
  private let batch: any EnvironmentBatch<Element>
  private let buffers: BatchBuffers<Element>

  init(_ batch: any EnvironmentBatch<Element>, zero: Element) {
    self.batch = batch
    buffers = BatchBuffers(
      slots: batch.count, observationCount: batch.observationSpace.count, zero: zero)
  }

  var elementBytes: Int { MemoryLayout<Element>.stride }
  var count: Int { batch.count }
  var space: ObservationSpace { batch.observationSpace }
  var actionSpace: ActionSpace { batch.actionSpace }
  var specification: WorldSpecification { batch.specification }
  var autoreset: AutoresetMode { batch.autoreset }
  var observations: UnsafeMutableRawBufferPointer { .init(buffers.observations) }
  var finalObservations: UnsafeMutableRawBufferPointer { .init(buffers.finalObservations) }
  var rewards: UnsafeMutableBufferPointer<Float> { buffers.rewards }
  var terminated: UnsafeMutableBufferPointer<Bool> { buffers.terminated }
  var truncated: UnsafeMutableBufferPointer<Bool> { buffers.truncated }

  func reset(seeds: [UInt64?], mask: [Bool]?) throws {
    try batch.reset(seeds: seeds, mask: mask, into: buffers)
  }
  func step(_ actions: ActionBuffer) throws {
    try batch.step(actions, active: nil, into: buffers)
  }
  func state(of slot: Int) -> any Sendable { batch.state(of: slot) }
  func setState(_ state: any Sendable, of slot: Int) throws {
    try batch.setState(state, of: slot)
  }
  func draw(_ slot: Int, into frame: inout Frame) { batch.draw(slot, into: &frame) }
  func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {
    batch.facts(of: slot, into: values)
  }
  func mission(of slot: Int) -> String { batch.mission(of: slot) }
}
