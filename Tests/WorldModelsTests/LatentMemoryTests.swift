import EnvironmentKit
import Randomness
import Testing
import Threads
import WorldModels

@Suite(.serialized) struct LatentMemoryTests {
  private let memory = FrozenMemory.tested()
  private let zeros = [Float](repeating: 0, count: 33)

  private func batch(
    _ count: Int = 1, mode: AutoresetMode = .disabled, reading: LatentReading = .mean,
    input: AgentInput = .latentHidden, withMemory: Bool = true
  ) throws -> LatentEnvironments {
    try LatentEnvironments(
      WorldBatch(ColorWorld(), count: count, autoreset: mode), encoder: MeanColor(),
      reading: reading, memory: withMemory ? memory : nil, input: input)
  }

  /// The states that M has at every latent of an episode, the action of a step paired with the latent
  /// `shift` steps from the one it was taken from.
  private func hidden(_ latents: [[Float]], shift: Int = 0) -> [[Float]] {
    var states: [FrozenMemory.Snapshot] = []
    for step in 0..<latents.count - 1 {
      states.append(
        memory.state(
          after: states.last, latent: latents[step + shift],
          action: step % 2 == 0 ? [1, 0] : [0, 1]))
    }
    return [zeros] + states.map(\.hidden)
  }

  @Test(arguments: [LatentReading.mean, .sampled])
  func `At z(t+1) the agent sees M after it consumed z(t) and the action taken there`(
    _ reading: LatentReading
  ) throws {
    for seed in UInt64(1)...6 {
      let shown = try moments(batch(reading: reading), seed: seed, steps: 30).map(\.observation)
      let latents = shown.map { Array($0.prefix(2)) }
      #expect(shown.map { Array($0.dropFirst(2)) } == hidden(latents))
      // The next latent with the action: the mistake that looks right.
      #expect(shown.map { Array($0.dropFirst(2)) } != hidden(latents, shift: 1))
    }
  }

  @Test func `The latents are those of an agent without memory`() throws {
    for mode in [AutoresetMode.disabled, .sameStep, .nextStep] {
      let seen = try moments(
        batch(mode: mode, reading: .sampled, input: .latentCellHidden), seed: 4, steps: 40)
      let plain = try moments(
        batch(mode: mode, reading: .sampled, input: .latent, withMemory: false), seed: 4, steps: 40)
      #expect(seen.map { Array($0.observation.prefix(2)) } == plain.map(\.observation))
      #expect(seen.map { $0.final.map { Array($0.prefix(2)) } } == plain.map(\.final))
      #expect(seen.map(\.reward) == plain.map(\.reward))
    }
  }

  @Test
  func `Each episode of a same-step batch starts at zero, after its predecessor's last state`()
    throws
  {
    let disabled = try moments(batch(), seed: 9, steps: 40)
    let shown = try moments(batch(mode: .sameStep), seed: 9, steps: 40)
    let end = disabled.count - 1
    #expect(end >= 2 && disabled[end].ended && shown[end].ended)
    #expect(shown[end].final == disabled[end].observation)
    #expect(disabled[end].final == disabled[end].observation)
    #expect(shown[..<end].map(\.observation) == disabled[..<end].map(\.observation))
    #expect(Array(shown[end].observation.dropFirst(2)) == zeros)
    // The step after the end consumes the new episode's first latent, from zeros.
    let next = memory.state(
      after: nil, latent: Array(shown[end].observation.prefix(2)),
      action: end % 2 == 0 ? [1, 0] : [0, 1])
    #expect(Array(shown[end + 1].observation.dropFirst(2)) == next.hidden)
  }

  @Test func `Each episode of a next-step batch starts at zero one step after the end`() throws {
    let disabled = try moments(batch(), seed: 9, steps: 40)
    let shown = try moments(batch(mode: .nextStep), seed: 9, steps: 40)
    let end = disabled.count - 1
    #expect(Array(shown[...end]) == disabled)
    #expect(Array(shown[end + 1].observation.dropFirst(2)) == zeros)
    #expect(shown[end + 1].reward == 0 && !shown[end + 1].ended)
    let next = memory.state(
      after: nil, latent: Array(shown[end + 1].observation.prefix(2)),
      action: (end + 1) % 2 == 0 ? [1, 0] : [0, 1])
    #expect(Array(shown[end + 2].observation.dropFirst(2)) == next.hidden)
  }

  @Test func `A reset in the middle of an episode starts at zero, and only where it is asked`()
    throws
  {
    let batch = try batch(2)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [9, 9], mask: nil, into: buffers)
    try batch.act([0, 1], buffers)
    let other = Moment(1, buffers)
    #expect(Array(buffers.observation(0).dropFirst(2)) != zeros)
    try batch.reset(seeds: [nil, nil], mask: [true, false], into: buffers)
    #expect(Array(buffers.observation(0).dropFirst(2)) == zeros)
    #expect(Moment(1, buffers) == other)
    #expect(batch.memorySnapshot(of: 1)?.isRestart == false)
  }

  @Test(arguments: [1, 2, 4])
  func `A slot sees the same whatever its neighbours and threads`(_ threads: Int) throws {
    let alone = try moments(batch(mode: .sameStep, reading: .sampled), seed: 5, steps: 40)
    #expect(alone.contains { $0.ended })
    for neighbours in [true, false] {
      let found = withThreads(threads) {
        Result {
          try moments(
            batch(21, mode: .sameStep, reading: .sampled), slot: 13, seed: 5, steps: 40,
            neighbours: neighbours)
        }
      }
      #expect(try found.get() == alone)
    }
  }

  @Test func `Slots that are not active keep what they were shown and M's state`() throws {
    let batch = try batch(4, mode: .sameStep)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [1, 2, 3, 4], mask: nil, into: buffers)
    try batch.act([0, 1, 0, 1], buffers)
    let before = (0..<4).map { (Moment($0, buffers), batch.memorySnapshot(of: $0)) }
    try batch.act([1, 1, 1, 1], active: [false, true, false, true], buffers)
    for slot in 0..<4 {
      let keeps = slot % 2 == 0
      #expect((Moment(slot, buffers) == before[slot].0) == keeps)
      #expect((batch.memorySnapshot(of: slot) == before[slot].1) == keeps)
    }
  }

  @Test(arguments: [AutoresetMode.sameStep, .nextStep])
  func `A snapshot put back goes on with the same bytes, in any slot`(_ mode: AutoresetMode) throws
  {
    let batch = try batch(2, mode: mode, reading: .sampled, input: .latentCellHidden)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [5, 6], mask: nil, into: buffers)
    func play(_ slot: Int) throws -> [Moment] {
      try (0..<30).map { step in
        try batch.act([Int32(step % 2), Int32(step % 2)], buffers)
        return Moment(slot, buffers)
      }
    }
    var ends = 0
    for _ in 0..<4 {
      try batch.act([1, 0], buffers)
      let (snapshot, present) = (batch.state(of: 0), Array(buffers.observation(0)))
      let first = try play(0)
      ends += first.count { $0.ended }
      try batch.setState(snapshot, of: 1)
      var restored = [Float](repeating: 0, count: batch.observationSpace.count)
      restored.withUnsafeMutableBufferPointer { batch.observe(1, into: $0) }
      #expect(restored == present)
      #expect(try play(1) == first)
      try batch.setState(snapshot, of: 0)
      #expect(try play(0) == first)
    }
    #expect(ends > 4)
  }

  @Test func `A memory of another size, or none where it is asked for, is refused`() throws {
    let worlds = WorldBatch(ColorWorld(), count: 1)
    for other in [FrozenMemory.tested(latentSize: 3), .tested(actionSize: 1)] {
      #expect(throws: EnvironmentError.self) {
        try LatentEnvironments(worlds, encoder: MeanColor(), memory: other, input: .latentHidden)
      }
    }
    #expect(throws: EnvironmentError.self) {
      try LatentEnvironments(worlds, encoder: MeanColor(), input: .latentHidden)
    }
    #expect(throws: Never.self) {
      try LatentEnvironments(
        worlds, encoder: MeanColor(), memory: .tested(actionSize: 1), actionEncoding: .parts,
        input: .latentCellHidden)
    }
    let plain = try LatentEnvironments(worlds, encoder: MeanColor())
    let seeing = try batch()
    let before = seeing.facts(of: 0)
    try plain.reset(seeds: [1], mask: nil, into: plain.makeBuffers())
    #expect(throws: EnvironmentError.self) { try seeing.setState(plain.state(of: 0), of: 0) }
    #expect(seeing.facts(of: 0) == before && plain.facts(of: 0) != before)
  }
}
