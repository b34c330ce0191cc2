import EnvironmentKit
import Randomness
import Testing
import WorldModels

@Suite("Latent environments")
struct LatentEnvironmentsTests {
  private func batch(
    _ count: Int, _ reading: LatentReading = .mean, mode: AutoresetMode = .sameStep,
    compass: Bool = false, encoder: MeanColor = MeanColor()
  ) throws -> LatentEnvironments {
    try LatentEnvironments(
      WorldBatch(ColorWorld(hasCompass: compass), count: count, autoreset: mode),
      encoder: encoder, reading: reading)
  }

  @Test("show the mean latent of the picture, whatever else is observed", arguments: [false, true])
  func meanLatents(compass: Bool) throws {
    let batch = try batch(3, mode: .disabled, compass: compass)
    #expect(batch.observationSpace.fields == [ObservationField("latent", shape: [2])])
    #expect(batch.specification.observation == batch.observationSpace)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [1, 2, 3], mask: nil, into: buffers)
    for slot in 0..<3 {
      let level = batch.facts(of: slot)[0]
      #expect(Array(buffers.observation(slot)) == [level, level])
    }
    #expect(batch.mission(of: 0) == "be bright")
    #expect(batch.actionSpace == .discrete(["keep", "brighten"]))
  }

  @Test("show the frame itself, alone or beside the latent, and go on from a snapshot of it")
  func frames() throws {
    func batch(_ input: [String]) throws -> LatentEnvironments {
      try LatentEnvironments(
        WorldBatch(ColorWorld(hasCompass: true), count: 2, autoreset: .disabled),
        through: AutoencoderModel(MeanColor()), input: input)
    }
    let (alone, both) = (try batch(["frame"]), try batch(["latent", "frame"]))
    #expect(alone.observationSpace.fields == [ObservationField("frame", shape: [4, 4, 3])])
    for batch in [alone, both] {
      let buffers = batch.makeBuffers()
      try batch.reset(seeds: [4, 9], mask: nil, into: buffers)
      try batch.act([1, 0], buffers)
      for slot in 0..<2 {
        let level = batch.facts(of: slot)[0]
        let frame = [Float](repeating: level * (1 / 255), count: 48)
        let latent = batch === both ? [level, level] : []
        #expect(Array(buffers.observation(slot)) == latent + frame)
      }
      let (snapshot, before) = (batch.state(of: 0), Array(buffers.observation(0)))
      try batch.act([1, 1], buffers)
      try batch.act([1, 1], buffers)
      #expect(Array(buffers.observation(0)) != before)
      try batch.setState(snapshot, of: 0)
      #expect(batch.feature("frame", of: 0).map { Array($0) } == Array(before.suffix(48)))
    }
    // Who is not shown the frame does not carry it along.
    let latent = try batch(["latent"])
    let buffers = latent.makeBuffers()
    try latent.reset(seeds: [4, 9], mask: nil, into: buffers)
    #expect(latent.feature("frame", of: 0) == nil && latent.feature("latent", of: 0)?.count == 2)
    let kept = try #require(latent.modelSnapshot(of: 0) as? LatentSnapshot)
    #expect(kept.frame.isEmpty && kept.latent.count == 2)
    let other = try #require(both.modelSnapshot(of: 0) as? LatentSnapshot)
    #expect(other.frame.count == 48)
  }

  @Test("give a slot the same, whatever its neighbours", arguments: [LatentReading.mean, .sampled])
  func neighbours(reading: LatentReading) throws {
    let alone = try trace(batch(1, reading), slot: 0, seed: 5, neighbours: true)
    #expect(try trace(batch(7, reading), slot: 4, seed: 5, neighbours: true) == alone)
    #expect(try trace(batch(7, reading), slot: 6, seed: 5, neighbours: false) == alone)
    #expect(try trace(batch(1, reading), slot: 0, seed: 6, neighbours: true) != alone)
    #expect(alone.finals.count >= 2)
  }

  @Test("encode active slots only")
  func activeOnly() throws {
    let encoder = MeanColor()
    let batch = try batch(8, mode: .disabled, encoder: encoder)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: .init(repeating: 1, count: 8), mask: nil, into: buffers)
    #expect(encoder.encoded.load(ordering: .relaxed) == 8)
    var mask = [Bool](repeating: false, count: 8)
    mask[2] = true
    try batch.reset(seeds: .init(repeating: 2, count: 8), mask: mask, into: buffers)
    #expect(encoder.encoded.load(ordering: .relaxed) == 9)
    let before = Array(buffers.observation(3))
    try [Int32](repeating: 1, count: 8).withUnsafeBufferPointer { actions in
      try mask.withUnsafeBufferPointer {
        try batch.step(.indices(actions), active: $0, into: buffers)
      }
    }
    #expect(encoder.encoded.load(ordering: .relaxed) == 10)
    #expect(Array(buffers.observation(3)) == before)
  }

  @Test("give the last latent of an episode beside the first of the next")
  func finalLatents() throws {
    let sameStep = try trace(batch(1), slot: 0, seed: 9, neighbours: true)
    let disabled = try batch(1, mode: .disabled)
    let buffers = disabled.makeBuffers()
    try disabled.reset(seeds: [9], mask: nil, into: buffers)
    var step = 0
    while !buffers.terminated[0] && !buffers.truncated[0] {
      try [Int32(step % 2)].withUnsafeBufferPointer {
        try disabled.step(.indices($0), active: nil, into: buffers)
      }
      step += 1
    }
    #expect(Array(buffers.finalObservation(0)) == sameStep.finals[0])
    #expect(Array(buffers.observation(0)) == sameStep.finals[0])
    #expect(sameStep.latents[step] != sameStep.finals[0])
  }

  @Test("sample around the mean with the encoder's variance")
  func samples() throws {
    let means = try trace(batch(1), slot: 0, seed: 5, neighbours: true, steps: 4_000)
    let samples = try trace(batch(1, .sampled), slot: 0, seed: 5, neighbours: true, steps: 4_000)
    #expect(samples.rewards == means.rewards)
    let errors = zip(samples.latents, means.latents).map { ($0[0] - $1[0], $0[1] - $1[1]) }
    let variance = errors.reduce(0) { $0 + $1.0 * $1.0 } / Float(errors.count)
    // e^-2 = 0.1353; the standard error of a variance over 4,001 draws is 2.2 %: four of them.
    #expect(abs(variance - 0.1353) < 0.012)
    // Five deviations of e^-10.
    #expect(errors.allSatisfy { abs($0.1) < 5 * 4.6e-5 })
  }

  @Test("go on from a snapshot, the stream of samples included")
  func snapshots() throws {
    let batch = try batch(2, .sampled)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [5, 6], mask: nil, into: buffers)
    let snapshot = batch.state(of: 0)
    func play(_ slot: Int) throws -> [[Float]] {
      try (0..<20).map { step in
        try [Int32(step % 2), Int32(step % 2)].withUnsafeBufferPointer {
          try batch.step(.indices($0), active: nil, into: buffers)
        }
        return Array(buffers.observation(slot))
      }
    }
    let first = try play(0)
    try batch.setState(snapshot, of: 1)
    #expect(try play(1) == first)
    #expect(throws: EnvironmentError.self) { try batch.setState(3, of: 0) }
  }

  @Test("equal what the frozen encoder gives for the same pictures, on one thread and on two")
  func frozenVision() throws {
    var stream = RandomStream(seed: 3)
    let vision = FrozenVision(Vision(.small, stream: &stream))
    func play(_ count: Int) throws -> LatentTrace {
      let batch = try LatentEnvironments(
        WorldBatch(ColorWorld(side: 64), count: count), encoder: vision, reading: .sampled)
      return try trace(batch, slot: count - 1, seed: 5, neighbours: true)
    }
    let one = try withThreads(1) { Result { try play(1) } }.get()
    #expect(try withThreads(2) { Result { try play(21) } }.get() == one)
    let batch = try LatentEnvironments(
      WorldBatch(ColorWorld(side: 64), count: 1, autoreset: .disabled), encoder: vision)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [5], mask: nil, into: buffers)
    let level = UInt8(batch.facts(of: 0)[0])
    let mean = UnsafeMutableBufferPointer<Float>.allocate(capacity: vision.latentSize)
    defer { mean.deallocate() }
    [UInt8](repeating: level, count: 64 * 64 * 3).withUnsafeBufferPointer {
      vision.encode($0, count: 1, mean: mean)
    }
    #expect(Array(buffers.observation(0)) == Array(mean))
  }

  @Test("refuse a world without pictures of the encoder's shape")
  func wrongShape() throws {
    final class OtherShape: FrameEncoder {
      let frameShape = [8, 8, 3]
      let latentSize = 1
      func encodeSlots(
        _ frames: UnsafeBufferPointer<UInt8>, slots: [Int],
        mean: UnsafeMutableBufferPointer<Float>, logVariance: UnsafeMutableBufferPointer<Float>?
      ) {}
    }
    #expect(throws: EnvironmentError.self) {
      try LatentEnvironments(WorldBatch(ColorWorld(), count: 1), encoder: OtherShape())
    }
  }
}

@Suite("Latents of another episode")
struct OtherEpisodeTests {
  private func batch(_ count: Int) throws -> LatentEnvironments {
    let pair = OtherEpisodeEnvironments(
      WorldBatch(ColorWorld(), count: count, autoreset: .disabled),
      seeing: WorldBatch(ColorWorld(), count: count, autoreset: .disabled))
    return try LatentEnvironments(pair, encoder: MeanColor())
  }

  /// Steps one slot until its episode ends.
  private func play(_ count: Int, slot: Int, seed: UInt64) throws -> LatentTrace {
    let batch = try batch(count)
    let buffers = batch.makeBuffers()
    let seeds = (0..<count).map { $0 == slot ? seed : UInt64(50 + $0) }
    try batch.reset(seeds: seeds, mask: nil, into: buffers)
    var trace = LatentTrace(latents: [Array(buffers.observation(slot))])
    var active = [Bool](repeating: true, count: count)
    while active[slot] {
      let actions = [Int32](repeating: Int32(trace.rewards.count % 2), count: count)
      try actions.withUnsafeBufferPointer { actions in
        try active.withUnsafeBufferPointer {
          try batch.step(.indices(actions), active: $0, into: buffers)
        }
      }
      trace.latents.append(Array(buffers.observation(slot)))
      trace.rewards.append(buffers.rewards[slot])
      trace.facts.append(batch.facts(of: slot)[0])
      for slot in 0..<count where buffers.terminated[slot] || buffers.truncated[slot] {
        active[slot] = false
      }
    }
    return trace
  }

  @Test("leave rewards, ends and facts alone and show something else")
  func onlyLatentsChange() throws {
    var different = 0
    for seed in UInt64(0)..<20 {
      let honest = try trace(
        LatentEnvironments(WorldBatch(ColorWorld(), count: 1), encoder: MeanColor()), slot: 0,
        seed: seed, neighbours: true)
      let shuffled = try play(1, slot: 0, seed: seed)
      let length = shuffled.rewards.count
      #expect(shuffled.rewards == Array(honest.rewards.prefix(length)))
      #expect(shuffled.facts.dropLast() == honest.facts.prefix(length - 1))
      if shuffled.latents[0] != honest.latents[0] { different += 1 }
    }
    #expect(different >= 18)
  }

  @Test("are an episode of the world's own kind, of a seed drawn from the slot's")
  func isAnEpisode() throws {
    for seed in UInt64(0)..<20 {
      let shuffled = try play(1, slot: 0, seed: seed)
      var stream = RandomStream(root: seed, name: "latent/shuffled")
      let other = try trace(
        LatentEnvironments(WorldBatch(ColorWorld(), count: 1), encoder: MeanColor()), slot: 0,
        seed: stream.nextUInt64(), neighbours: true)
      let common = 0...min(other.firstEnd ?? 0, shuffled.latents.count - 1)
      #expect(Array(shuffled.latents[common]) == Array(other.latents[common]))
    }
  }

  @Test("depend on the seed alone, not on slots or neighbours")
  func deterministic() throws {
    for seed in UInt64(0)..<10 {
      let alone = try play(1, slot: 0, seed: seed)
      #expect(try play(6, slot: 4, seed: seed) == alone)
    }
  }
}
