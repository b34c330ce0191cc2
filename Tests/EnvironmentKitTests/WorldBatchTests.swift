import EnvironmentKit
import Testing
import Threads

@Suite("A batch of worlds")
struct WorldBatchTests {
  private typealias Batch = WorldBatch<TinyWorld<TinyMove>>

  /// The error of some work, as text.
  private func message(_ work: () throws -> Void) -> String {
    do {
      try work()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  private func step(
    _ batch: Batch, _ actions: [Int32], active: [Bool]? = nil, _ buffers: BatchBuffers<UInt8>
  ) throws {
    try actions.withUnsafeBufferPointer { indices in
      guard let active else { return try batch.step(.indices(indices), active: nil, into: buffers) }
      try active.withUnsafeBufferPointer {
        try batch.step(.indices(indices), active: $0, into: buffers)
      }
    }
  }

  @Test("a world that emits NaN is named with its slot", arguments: [1, 2])
  func rewardIsNaN(threads: Int) throws {
    let batch = Batch(TinyWorld(.rewardNaN), count: 40)
    let buffers = batch.makeBuffers()
    let seeds = (0..<40).map { UInt64($0) }
    try batch.reset(seeds: seeds, mask: nil, into: buffers)
    let before = ThreadCount.current
    defer { ThreadCount.current = before }
    ThreadCount.current = threads
    let text = message { try step(batch, [Int32](repeating: 0, count: 40), buffers) }
    #expect(text == "Tiny, slot 0: step: the reward is nan; mend the world: rewards are finite")
  }

  @Test(
    "a world of a wrong size is named with both sizes, and writes into no neighbour",
    arguments: [
      (Fault.observationShort, 19), (Fault.observationLong, 21),
    ])
  func wrongSize(fault: Fault, written: Int) throws {
    let batch = Batch(TinyWorld(fault), count: 3)
    let buffers = batch.makeBuffers()
    buffers.observations.update(repeating: 200)
    let text = message {
      try batch.reset(seeds: [1, 2, 3], mask: [false, true, false], into: buffers)
    }
    #expect(text.hasPrefix("Tiny, slot 1: reset: the world wrote \(written) bytes of observation"))
    #expect(buffers.observation(0).allSatisfy { $0 == 200 })
    #expect(buffers.observation(2).allSatisfy { $0 == 200 })
  }

  @Test("an action that does not exist is refused, and so is a step after the end")
  func wrongUse() throws {
    let batch = Batch(TinyWorld(), count: 2, autoreset: .disabled)
    let buffers = batch.makeBuffers()
    #expect(message { try step(batch, [0, 0], buffers) }.contains("the episode has ended"))
    try batch.reset(seeds: [1, 2], mask: nil, into: buffers)
    #expect(
      message { try step(batch, [0, 3], buffers) }.hasPrefix("Tiny, slot 1: step: no such action"))
  }

  @Test("inactive slots are left as they are")
  func inactive() throws {
    let batch = Batch(TinyWorld(), count: 2, autoreset: .disabled)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [1, 2], mask: nil, into: buffers)
    buffers.rewards[1] = 9
    let seen = [UInt8](buffers.observation(1))
    try step(batch, [0, 7], active: [true, false], buffers)
    #expect(buffers.rewards[1] == 9)
    #expect([UInt8](buffers.observation(1)) == seen)
    #expect(buffers.rewards[0] == 0.5)
  }

  @Test("a snapshot of another kind of world is refused")
  func foreignSnapshot() {
    let batch = Batch(TinyWorld(), count: 1)
    #expect(message { try batch.setState(3, of: 0) }.contains("of another kind (Int)"))
  }
}
