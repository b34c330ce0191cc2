import EnvironmentKit
import Randomness
import Testing
import Threads
import WorldModels

@Suite(.serialized) struct DreamEpisodesTests {
  /// Says a true probability of about a tenth with a training weight of ten: 10 / 19.
  private func ending(_ logit: Float) -> FrozenMemory { .tested(endLogit: logit) }
  private let zeros = [Float](repeating: 0, count: 33)

  /// Whether an observation is a start of the dream, with a state of zeros.
  private func isStart(_ observation: [Float]) -> Bool {
    let starts = DreamStarts.tested().means
    return (0..<7).contains { Array(starts[2 * $0..<2 * $0 + 2]) == Array(observation.prefix(2)) }
      && Array(observation.dropFirst(2)) == zeros
  }

  @Test func `A truncated dream is not terminated`() throws {
    let memory = ending(-9)
    for (steps, expected) in [(0, 30), (7, 7)] {
      let dream = try DreamEnvironments.tested(memory) { $0.maximumSteps = steps }
      #expect(dream.specification.maximumSteps == expected)
      let played = try moments(dream, seed: 1, steps: 40)
      #expect(played.count == expected + 1)
      #expect(played.allSatisfy { !$0.terminated })
      #expect(played.map(\.truncated) == (0...expected).map { $0 == expected })
    }
    let terminated = try moments(
      DreamEnvironments.tested(ending(9)) { $0.maximumSteps = 1 }, seed: 1, steps: 1)
    #expect(terminated[1].terminated && !terminated[1].truncated)
  }

  @Test func `Without heads a step is worth 1 and only truncation ends a dream`() throws {
    let memory = FrozenMemory.tested {
      ($0.predictsReward, $0.predictsTermination) = (false, false)
    }
    let dream = try DreamEnvironments.tested(memory)
    let played = try moments(dream, seed: 1, steps: 40)
    #expect(played.dropFirst().allSatisfy { $0.reward == 1 && !$0.terminated })
    #expect(played.count == 31 && played[0].reward == 0)
    #expect(dream.endProbability(of: 0) == 0)
    #expect(dream.specification.rewardRange == 1...1)
  }

  @Test func `A same-step dream shows the next start, and the last observation before it`() throws {
    let memory = ending(-9)
    let once = try moments(
      DreamEnvironments.tested(memory) { $0.maximumSteps = 5 }, seed: 8, steps: 5)
    let shown = try moments(
      DreamEnvironments.tested(memory, mode: .sameStep) { $0.maximumSteps = 5 }, seed: 8, steps: 11)
    #expect(isStart(shown[0].observation))
    #expect(shown[..<5].map(\.observation) == once[..<5].map(\.observation))
    #expect(shown[5].final == once[5].observation && once[5].final == once[5].observation)
    #expect(isStart(shown[5].observation) && !isStart(shown[5].final ?? []))
    #expect(shown.indices.filter { isStart(shown[$0].observation) } == [0, 5, 10])
    #expect(shown.indices.filter { shown[$0].truncated } == [5, 10])
    // Not a second reward for the start.
    #expect(shown[5].reward == once[5].reward)
  }

  @Test func `A next-step dream starts anew one step after the end, for no reward`() throws {
    let memory = ending(-9)
    let once = try moments(
      DreamEnvironments.tested(memory) { $0.maximumSteps = 5 }, seed: 8, steps: 5)
    let shown = try moments(
      DreamEnvironments.tested(memory, mode: .nextStep) { $0.maximumSteps = 5 }, seed: 8, steps: 13)
    #expect(Array(shown[...5]) == once)
    #expect(shown.indices.filter { isStart(shown[$0].observation) } == [0, 6, 12])
    #expect(shown[6].reward == 0 && !shown[6].ended)
    #expect(shown.indices.filter { shown[$0].truncated } == [5, 11])
  }

  @Test func `A dream that is not reset refuses to go on, and no slot is stepped`() throws {
    let dream = try DreamEnvironments.tested(ending(-9), 2) { $0.maximumSteps = 2 }
    let buffers = dream.makeBuffers()
    #expect(throws: EnvironmentError.self) { try dream.act([0, 0], buffers) }
    try dream.reset(seeds: [1, 2], mask: nil, into: buffers)
    try dream.act([0, 0], active: [true, false], buffers)
    try dream.act([0, 0], buffers)
    #expect(Moment(0, buffers).truncated && !Moment(1, buffers).ended)
    let before = Array(dream.latent(of: 1))
    #expect(throws: EnvironmentError.self) { try dream.act([0, 0], buffers) }
    #expect(throws: EnvironmentError.self) {
      try dream.act([0, 2], active: [false, true], buffers)
    }
    #expect(Array(dream.latent(of: 1)) == before)
  }

  @Test func `An unseeded reset goes on with the slot's streams`() throws {
    let dream = try DreamEnvironments.tested(ending(-9), reading: .sampled)
    let buffers = dream.makeBuffers()
    func starts(_ seeds: [UInt64?]) throws -> [[Float]] {
      try seeds.map {
        try dream.reset(seeds: [$0], mask: nil, into: buffers)
        return Array(buffers.observation(0))
      }
    }
    let first = try starts([3, nil, nil])
    #expect(try starts([3, nil, nil]) == first)
    #expect(first[0] != first[1] && first[1] != first[2] && first[0] != first[2])
  }

  @Test func `Sampled starts lie around the stored means by the stored deviations`() throws {
    let dream = try DreamEnvironments.tested(ending(-9), reading: .sampled)
    let buffers = dream.makeBuffers()
    let means = DreamStarts.tested().means
    var (sum, counts) = (Float(0), [Int](repeating: 0, count: 7))
    for seed in UInt64(0)..<3_000 {
      try dream.reset(seeds: [seed], mask: nil, into: buffers)
      // The second number hardly varies: it tells which start this is.
      let start = try #require(
        (0..<7).first { abs(buffers.observations[1] - means[2 * $0 + 1]) < 0.01 })
      counts[start] += 1
      let error = buffers.observations[0] - means[2 * start]
      sum += error * error
    }
    // e^-2 = 0.1353; the standard error of a variance over 3,000 draws is 2.6 %: four of them.
    #expect(abs(sum / 3_000 - 0.1353) < 0.0141)
    // 3,000 / 7 = 428.6 with a deviation of 19.2: four of them.
    #expect(counts.allSatisfy { abs(Double($0) - 428.6) < 77 })
  }

  @Test func `The threshold is on the probability that the head says`() throws {
    // σ(0.4) = 0.5987.
    for (threshold, ends) in [(Float(0.5), true), (0.598, true), (0.5995, false), (0.9, false)] {
      let dream = try DreamEnvironments.tested(ending(0.4)) { $0.endThreshold = threshold }
      let played = try moments(dream, seed: 2, steps: 1)
      #expect(played[1].terminated == ends)
      #expect(abs(dream.endProbability(of: 0) - 0.598_688) < 1e-6)
    }
  }

  @Test func `Sampled ends come as often as the head means, its training's weight taken out`()
    throws
  {
    let dream = try DreamEnvironments.tested(ending(0.4), 100, mode: .sameStep) {
      ($0.ending, $0.maximumSteps) = (.sampled, 1_000_000)
    }
    let buffers = dream.makeBuffers()
    try dream.reset(seeds: (0..<100).map { $0 }, mask: nil, into: buffers)
    var ends = 0
    for _ in 0..<200 {
      try dream.act([Int32](repeating: 0, count: 100), buffers)
      ends += (0..<100).count { buffers.terminated[$0] }
    }
    // σ(0.4 − ln 10) = 0.129816 of 20,000 draws: 2596.3 with a deviation of 47.5: four of them.
    #expect(abs(dream.endProbability(of: 3) - 0.129_816) < 1e-6)
    #expect(abs(Double(ends) - 2_596.3) < 190)
  }

  @Test func `A lower temperature dreams nearer together`() throws {
    func spread(_ temperature: Float) throws -> Float {
      let dream = try DreamEnvironments.tested(ending(-9), 400)
      dream.temperature = temperature
      let buffers = dream.makeBuffers()
      try dream.reset(seeds: (0..<400).map { $0 }, mask: nil, into: buffers)
      let latent: [Float] = [0.2, -0.1]
      let state = try #require(dream.memorySnapshot(of: 0))
      for slot in 0..<400 { try dream.begin(slot: slot, latent: latent, memoryState: state) }
      try dream.act([Int32](repeating: 1, count: 400), buffers)
      let values = (0..<400).map { buffers.observation($0)[0] }
      let mean = values.reduce(0, +) / 400
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400
    }
    let (cold, warm, hot) = (try spread(0.05), try spread(1), try spread(1.5))
    #expect(cold < warm / 2 && warm < hot)
  }
}
