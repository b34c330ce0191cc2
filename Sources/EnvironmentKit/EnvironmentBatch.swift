/// What happens to a slot whose episode has ended, with Gymnasium's meanings.
@frozen
public enum AutoresetMode: String, Hashable, Sendable, Codable {
  /// The ending step already returns the next episode's first observation; the last one of the
  /// ended episode is in `finalObservations`.
  case sameStep
  /// The step after the ending one ignores its action, resets, and gives reward 0.
  case nextStep
  /// The caller resets; stepping an ended slot is an error.
  case disabled
}

/// The actions of one step of a batch, a row a slot.
@frozen
public enum ActionBuffer {
  /// Indices of discrete actions, one a slot.
  case indices(UnsafeBufferPointer<Int32>)
  /// Components of continuous actions, `[slot, component]`.
  case rows(UnsafeBufferPointer<Float>)
}

/// Where a batch writes: memory of the caller, allocated once.
public final class BatchBuffers<Element: BitwiseCopyable & Sendable> {
  /// Number of slots.
  public let slots: Int
  /// Elements of one observation.
  public let observationCount: Int
  /// `[slot, observation]`.
  public let observations: UnsafeMutableBufferPointer<Element>
  /// The last observation of an episode that ended in this step, `[slot, observation]`.
  public let finalObservations: UnsafeMutableBufferPointer<Element>
  /// One a slot.
  public let rewards: UnsafeMutableBufferPointer<Float>
  /// One a slot: the task ended.
  public let terminated: UnsafeMutableBufferPointer<Bool>
  /// One a slot: the episode was cut off.
  public let truncated: UnsafeMutableBufferPointer<Bool>

  private let memory = OwnedMemory()

  /// Allocates the buffers of a batch.
  ///
  /// - Parameters:
  ///   - slots: number of environments.
  ///   - observationCount: elements of one observation.
  ///   - zero: what the observations hold at first.
  public init(slots: Int, observationCount: Int, zero: Element) {
    self.slots = slots
    self.observationCount = observationCount
    observations = memory.make(slots * observationCount, zero)
    finalObservations = memory.make(slots * observationCount, zero)
    rewards = memory.make(slots, 0)
    terminated = memory.make(slots, false)
    truncated = memory.make(slots, false)
  }

  /// One slot's observation.
  @inlinable
  public func observation(_ slot: Int) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(
      rebasing: observations[slot * observationCount..<(slot + 1) * observationCount])
  }

  /// One slot's final observation.
  @inlinable
  public func finalObservation(_ slot: Int) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(
      rebasing: finalObservations[slot * observationCount..<(slot + 1) * observationCount])
  }
}

/// The contract between worlds and those who act: N environments stepped together.
///
/// Real worlds lift into it, a world seen through an autoencoder is one, a dream is one: who acts
/// cannot tell. Every slot owns its random streams; its results do not depend on its neighbours or
/// on threads.
public protocol EnvironmentBatch<Element>: AnyObject {
  /// UInt8 from worlds; Float from latent and dream batches.
  associatedtype Element: BitwiseCopyable & Sendable

  /// Number of slots.
  var count: Int { get }
  /// What one observation consists of.
  var observationSpace: ObservationSpace { get }
  /// What an agent may do.
  var actionSpace: ActionSpace { get }
  /// What the environments are.
  var specification: WorldSpecification { get }
  /// What happens to a slot whose episode has ended.
  var autoreset: AutoresetMode { get }

  /// Starts episodes.
  ///
  /// - Parameters:
  ///   - seeds: one a slot; nil continues the slot's stream.
  ///   - mask: which slots to reset; nil means all. Others keep their episode and buffers.
  ///   - buffers: where first observations go; rewards and flags of the slots become 0.
  func reset(seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Element>) throws

  /// Acts once in every active slot.
  ///
  /// - Parameters:
  ///   - actions: a row a slot; those of inactive slots are not read.
  ///   - active: which slots to step; nil means all. Inactive slots cost nothing.
  ///   - buffers: where results go.
  func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<Element>) throws

  /// A snapshot of one slot, random streams included.
  func state(of slot: Int) -> any Sendable

  /// Puts a snapshot back, into any slot of a batch of the same kind: branch, rewind, plan.
  func setState(_ state: any Sendable, of slot: Int) throws

  /// Draws one slot for people.
  func draw(_ slot: Int, into frame: inout Frame)

  /// The true quantities of one slot, in the order of `specification.facts`; NaN where absent.
  func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>)

  /// What is asked of the agent in a slot, in words.
  func mission(of slot: Int) -> String
}

extension EnvironmentBatch {
  /// The true quantities of one slot.
  public func facts(of slot: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: specification.facts.count) { buffer, count in
      facts(
        of: slot, into: UnsafeMutableBufferPointer(rebasing: buffer[0..<specification.facts.count]))
      count = specification.facts.count
    }
  }
}

extension EnvironmentBatch {
  /// Takes discrete actions, one per slot, in the active slots.
  public func step(_ actions: [Int32], active: [Bool], into buffers: BatchBuffers<Element>) throws {
    try actions.withUnsafeBufferPointer { indices in
      try active.withUnsafeBufferPointer { mask in
        try step(.indices(indices), active: mask, into: buffers)
      }
    }
  }
}

extension EnvironmentBatch where Element: ExpressibleByIntegerLiteral {
  /// Buffers that fit this batch.
  public func makeBuffers() -> BatchBuffers<Element> {
    BatchBuffers(slots: count, observationCount: observationSpace.count, zero: 0)
  }
}
