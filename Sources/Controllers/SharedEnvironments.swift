import EnvironmentKit
import Ranks

/// Environments that several processes step together: each its own part of the slots, and all see what came of it.
///
/// Every process holds all of them and makes the same calls. What a slot comes to is as if one process stepped all.
public final class SharedEnvironments: EnvironmentBatch {
  private let base: any EnvironmentBatch<Float>
  private let ranks: any Communicator
  private let own: Range<Int>
  private let mask: OwnedBuffer<Bool>
  /// What slots of others tell, `[slot, fact]`.
  private let told: OwnedBuffer<Float>

  /// Shares environments.
  ///
  /// - Parameter base: all slots; the same in every process.
  public init(_ base: any EnvironmentBatch<Float>, among ranks: any Communicator) {
    (self.base, self.ranks) = (base, ranks)
    own = ranks.share(of: base.count)
    mask = OwnedBuffer(base.count, zero: false)
    told = OwnedBuffer(base.count * base.specification.facts.count, zero: .nan)
  }

  /// Slots, of all processes.
  public var count: Int { base.count }
  /// That of the environments.
  public var observationSpace: ObservationSpace { base.observationSpace }
  /// That of the environments.
  public var actionSpace: ActionSpace { base.actionSpace }
  /// That of the environments.
  public var specification: WorldSpecification { base.specification }
  /// That of the environments.
  public var autoreset: AutoresetMode { base.autoreset }

  /// Starts episodes: each process in its own slots.
  public func reset(seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Float>) throws {
    let mine = (0..<count).map { own.contains($0) && mask?[$0] ?? true }
    try base.reset(seeds: seeds, mask: mine, into: buffers)
    exchange(buffers)
  }

  /// Acts once: each process in its own slots.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<Float>
  ) throws {
    for slot in 0..<count { mask.elements[slot] = own.contains(slot) && active?[slot] ?? true }
    try base.step(actions, active: UnsafeBufferPointer(mask.elements), into: buffers)
    exchange(buffers)
  }

  /// Tells the others what this process's slots have come to, and takes what theirs have.
  private func exchange(_ buffers: BatchBuffers<Float>) {
    let (size, facts) = (buffers.observationCount, specification.facts.count)
    for slot in own where facts > 0 {
      base.facts(of: slot, into: told.row(slot, facts))
    }
    var writer = ByteWriter()
    for numbers in [buffers.observations, buffers.finalObservations] {
      writer.write(UnsafeBufferPointer(rebasing: numbers[own.scaled(by: size)]))
    }
    writer.write(UnsafeBufferPointer(rebasing: buffers.rewards[own]))
    writer.write(UnsafeBufferPointer(rebasing: told.elements[own.scaled(by: facts)]))
    for flags in [buffers.terminated, buffers.truncated] {
      writer.write(UnsafeBufferPointer(rebasing: flags[own]))
    }
    for (sender, bytes) in ranks.gather(writer.bytes).enumerated() where sender != ranks.rank {
      let theirs = ranks.share(of: count, for: sender)
      var reader = ByteReader(bytes)
      for numbers in [buffers.observations, buffers.finalObservations] {
        reader.read(into: UnsafeMutableBufferPointer(rebasing: numbers[theirs.scaled(by: size)]))
      }
      reader.read(into: UnsafeMutableBufferPointer(rebasing: buffers.rewards[theirs]))
      reader.read(
        into: UnsafeMutableBufferPointer(rebasing: told.elements[theirs.scaled(by: facts)]))
      for flags in [buffers.terminated, buffers.truncated] {
        reader.read(into: UnsafeMutableBufferPointer(rebasing: flags[theirs]))
      }
    }
  }

  /// A snapshot of one of its own slots.
  ///
  /// - Precondition: the slot is this process's own.
  public func state(of slot: Int) -> any Sendable {
    precondition(own.contains(slot), "SharedEnvironments.state: slot \(slot) is another process's")
    return base.state(of: slot)
  }

  /// Puts a snapshot of one of its own slots back.
  public func setState(_ state: any Sendable, of slot: Int) throws {
    try base.setState(state, of: slot)
  }

  /// Draws a slot of this process; of another's what stood there at first.
  public func draw(_ slot: Int, into frame: inout Frame) { base.draw(slot, into: &frame) }

  /// What the process that owns the slot has told.
  public func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {
    _ = values.update(fromContentsOf: told.row(slot, specification.facts.count))
  }

  /// What is asked of the agent, in its own slots.
  public func mission(of slot: Int) -> String { base.mission(of: slot) }
}

extension Range<Int> {
  fileprivate func scaled(by size: Int) -> Range<Int> { lowerBound * size..<upperBound * size }
}
