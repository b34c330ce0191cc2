import EnvironmentKit
import Randomness
import Tensors
import Testing
import Threads
import WorldModels

@Suite(.serialized) struct DreamSlotsTests {
  private func dream(_ count: Int, mode: AutoresetMode = .sameStep) throws -> DreamEnvironments {
    try .tested(.tested(endLogit: 0.4), count, mode: mode, reading: .sampled) {
      ($0.ending, $0.maximumSteps) = (.sampled, 12)
    }
  }

  @Test(arguments: [1, 2, 4])
  func `A slot dreams the same whatever its neighbours and threads`(_ threads: Int) throws {
    let alone = try moments(dream(1), seed: 5, steps: 60)
    #expect(alone.contains { $0.terminated } && alone.contains { $0.truncated })
    #expect(try moments(dream(1), seed: 6, steps: 60) != alone)
    for neighbours in [true, false] {
      let found = withThreads(threads) {
        Result { try moments(dream(37), slot: 29, seed: 5, steps: 60, neighbours: neighbours) }
      }
      #expect(try found.get() == alone)
    }
  }

  @Test func `Slots that are not active keep everything`() throws {
    let dream = try dream(4)
    let buffers = dream.makeBuffers()
    try dream.reset(seeds: [1, 2, 3, 4], mask: nil, into: buffers)
    try dream.act([0, 1, 0, 1], buffers)
    let before = (0..<4).map { (Moment($0, buffers), dream.memorySnapshot(of: $0)) }
    try dream.act([1, 1, 1, 1], active: [false, true, false, true], buffers)
    try dream.reset(seeds: [7, 7, 7, 7], mask: [false, true, false, false], into: buffers)
    for slot in 0..<4 {
      let keeps = slot % 2 == 0
      #expect((Moment(slot, buffers) == before[slot].0) == keeps)
      #expect((dream.memorySnapshot(of: slot) == before[slot].1) == keeps)
    }
    // What they had left out is dreamt as if they had been asked then.
    try dream.act([1, 0, 1, 0], active: [true, false, true, false], buffers)
    let steady = try self.dream(4)
    let others = steady.makeBuffers()
    try steady.reset(seeds: [1, 2, 3, 4], mask: nil, into: others)
    try steady.act([0, 1, 0, 1], others)
    try steady.act([1, 1, 1, 1], others)
    #expect(Moment(0, buffers) == Moment(0, others) && Moment(2, buffers) == Moment(2, others))
  }

  @Test(arguments: [AutoresetMode.sameStep, .nextStep])
  func `A snapshot put back dreams the same bytes again, in any slot`(_ mode: AutoresetMode) throws
  {
    let dream = try dream(2, mode: mode)
    let buffers = dream.makeBuffers()
    try dream.reset(seeds: [5, 6], mask: nil, into: buffers)
    func play(_ slot: Int) throws -> [Moment] {
      try (0..<40).map { step in
        try dream.act([Int32(step % 2), Int32(step % 2)], buffers)
        return Moment(slot, buffers)
      }
    }
    for _ in 0..<4 {
      try dream.act([1, 0], buffers)
      let (snapshot, present) = (dream.state(of: 0), Array(buffers.observation(0)))
      let first = try play(0)
      #expect(first.contains { $0.ended })
      try dream.setState(snapshot, of: 1)
      var restored = [Float](repeating: 0, count: dream.observationSpace.count)
      restored.withUnsafeMutableBufferPointer { dream.observe(1, into: $0) }
      #expect(restored == present)
      #expect(try play(1) == first)
      try dream.setState(snapshot, of: 0)
      #expect(try play(0) == first)
    }
    #expect(throws: EnvironmentError.self) { try dream.setState(3, of: 0) }
  }

  @Test func `A dream goes on from where the world is`() throws {
    let memory = FrozenMemory.tested(endLogit: -9)
    let world = try LatentEnvironments(
      WorldBatch(ColorWorld(), count: 1, autoreset: .disabled), encoder: MeanColor(),
      memory: memory, input: .latentHidden)
    let seen = try #require(moments(world, seed: 9, steps: 3).last).observation
    let dream = try DreamEnvironments.tested(memory, 2)
    let buffers = dream.makeBuffers()
    try dream.reset(seeds: [1, 2], mask: nil, into: buffers)
    let state = try #require(world.memorySnapshot(of: 0))
    try dream.begin(slot: 1, latent: Array(world.latent(of: 0)), memoryState: state)
    dream.observe(1, into: buffers.observation(1))
    #expect(Array(buffers.observation(1)) == seen)
    try dream.act([0, 1], buffers)
    let next = memory.state(
      after: state, latent: Array(seen.prefix(2)), action: [0, 1])
    #expect(Array(buffers.observation(1).dropFirst(2)) == next.hidden)
    #expect(throws: EnvironmentError.self) {
      try dream.begin(slot: 0, latent: [1], memoryState: state)
    }
  }

  @Test func `Drawing shows the decoder's picture, and nothing of a dream without one`() throws {
    var stream = RandomStream(seed: 3)
    let vision = FrozenVision(Vision(.small, stream: &stream))
    let starts = DreamStarts(means: [1, -2, 0.5], logVariances: [0, 0, 0], latentSize: 3)
    let dream = try DreamEnvironments(
      memory: .tested(latentSize: 3), starts: starts, world: .dreamt, actions: .keepOrBrighten,
      input: .latent, count: 1, decoder: vision)
    try dream.reset(seeds: [1], mask: nil, into: dream.makeBuffers())
    var expected = [UInt8](repeating: 0, count: vision.frameBytes)
    starts.means.withUnsafeBufferPointer { latent in
      expected.withUnsafeMutableBufferPointer { vision.decode(latent, count: 1, into: $0) }
    }
    var frame = Frame(width: 64, height: 64)
    dream.draw(0, into: &frame)
    #expect(frame.pixels == expected)
    var wide = Frame(width: 192, height: 128)
    dream.draw(0, into: &wide)
    for (x, y) in [(0, 0), (191, 127), (100, 30)] { #expect(wide[x, y] == frame[x / 3, y / 2]) }
    let dark = try DreamEnvironments.tested()
    dark.draw(0, into: &frame)
    #expect(frame.pixels.allSatisfy { $0 < 40 })
  }

  @Test func `Settings and sizes that cannot be are refused`() throws {
    #expect(throws: EnvironmentError.self) { try DreamEnvironments.tested { $0.temperature = 0 } }
    #expect(throws: EnvironmentError.self) { try DreamEnvironments.tested { $0.maximumSteps = -1 } }
    #expect(throws: EnvironmentError.self) {
      try DreamEnvironments.tested(.tested(actionSize: 3))
    }
    #expect(throws: EnvironmentError.self) {
      try DreamEnvironments.tested(.tested { $0.terminationWeight = 0 }) { $0.ending = .sampled }
    }
  }

  @Test func `Steps take no memory for tensors`() throws {
    let dream = try dream(40)
    let buffers = dream.makeBuffers()
    try dream.reset(seeds: (0..<40).map { $0 }, mask: nil, into: buffers)
    try dream.act([Int32](repeating: 0, count: 40), buffers)
    let before = TensorMemory.systemAllocations
    for _ in 0..<50 { try dream.act([Int32](repeating: 0, count: 40), buffers) }
    #expect(TensorMemory.systemAllocations == before)
  }
}
