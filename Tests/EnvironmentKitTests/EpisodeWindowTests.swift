import EnvironmentKit
import Testing

@Suite("Episodes cut off after some steps") struct EpisodeWindowTests {
  /// Lengths of the episodes of some seeds, each in a slot, and how they ended.
  private func ends(
    _ world: ScriptedWorld, steps: Int, delay: Int = 0, seeds: [UInt64]
  ) throws -> (lengths: [Int], terminated: [Bool], truncated: [Bool]) {
    let batch = EpisodeWindow(
      WorldBatch(world, count: seeds.count, autoreset: .disabled), steps: steps, delay: delay)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: seeds.map { $0 }, mask: nil, into: buffers)
    var lengths = [Int](repeating: 0, count: seeds.count)
    var active = [Bool](repeating: true, count: seeds.count)
    let actions = [Int32](repeating: 0, count: seeds.count)
    while active.contains(true) {
      try actions.withUnsafeBufferPointer { indices in
        try active.withUnsafeBufferPointer {
          try batch.step(.indices(indices), active: $0, into: buffers)
        }
      }
      for slot in active.indices where active[slot] {
        lengths[slot] += 1
        active[slot] = !buffers.terminated[slot] && !buffers.truncated[slot]
      }
    }
    return (lengths, Array(buffers.terminated), Array(buffers.truncated))
  }

  @Test("the cut is a truncation, the world's own end stays what it is")
  func cuts() throws {
    let cut = try ends(ScriptedWorld(), steps: 4, seeds: [1, 2])
    #expect(
      cut.lengths == [4, 4] && cut.terminated == [false, false] && cut.truncated == [true, true])
    for steps in [6, 9] {
      let whole = try ends(ScriptedWorld(), steps: steps, seeds: [1])
      #expect(whole.lengths == [6] && whole.terminated == [true] && whole.truncated == [false])
    }
    let limited = try ends(ScriptedWorld(terminates: false), steps: 9, seeds: [1])
    #expect(limited.lengths == [6] && limited.terminated == [false] && limited.truncated == [true])
  }

  @Test("every seed draws how far the cut is put off, whatever the slot")
  func delays() throws {
    let world = ScriptedWorld(rewards: [Float](repeating: 0, count: 50))
    let seeds = (0..<40).map { UInt64($0) }
    let lengths = try ends(world, steps: 2, delay: 5, seeds: seeds).lengths
    #expect(Set(lengths) == [2, 3, 4, 5, 6, 7])
    #expect(
      try ends(world, steps: 2, delay: 5, seeds: seeds.reversed()).lengths == lengths.reversed())
    #expect(try ends(world, steps: 2, seeds: seeds).lengths.allSatisfy { $0 == 2 })
  }

  @Test("episodes are said to be as short as they are")
  func specification() {
    let base = WorldBatch(ScriptedWorld(), count: 1, autoreset: .disabled)
    #expect(EpisodeWindow(base, steps: 2, delay: 3).specification.maximumSteps == 5)
    #expect(EpisodeWindow(base, steps: 2, delay: 30).specification.maximumSteps == 6)
  }
}
