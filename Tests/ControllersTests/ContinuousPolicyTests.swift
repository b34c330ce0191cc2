import Controllers
import EnvironmentKit
import Randomness
import Testing

/// All that a policy does where actions are numbers.
@Suite("Policies where actions are numbers") struct ContinuousPolicyTests {
  private let seeds = (0..<40).map { UInt64($0) * 3 + 2 }
  private let space = GlideWorld.Push.space

  private func batch(_ slots: Int) -> WorldBatch<GlideWorld> {
    WorldBatch(GlideWorld(), count: slots, autoreset: .disabled)
  }

  /// The rows that a policy takes in one slot, episode after episode.
  private func rows(
    _ policy: some Policy<UInt8>, _ episodes: [EpisodeRequest]
  ) throws -> [[Float]] {
    let runner = EpisodeRunner(batch(1))
    var rows: [[Float]] = []
    runner.onStep = { rows.append(Array($0.actions.row(of: 0))) }
    _ = try runner.run(episodes, policy: policy)
    return rows
  }

  @Test("random play stays within bounds, fills them, and holds every row for 1 to 10 steps")
  func heldRandom() throws {
    let rows = try rows(HeldRandomPolicy(), seeds.map { EpisodeRequest(seed: $0) })
    #expect(rows.allSatisfy { space.contains(.row($0)) })
    for (component, (low, high)) in [(Float(-0.9), Float(0.9)), (-0.45, 0.45)].enumerated() {
      let values = rows.map { $0[component] }
      #expect((values.min() ?? 0) < low && (values.max() ?? 0) > high)
    }
    var runs: [Int] = []
    for (step, row) in rows.enumerated() {
      if step > 0, rows[step - 1] == row { runs[runs.count - 1] += 1 } else { runs.append(1) }
    }
    // Two rows drawn are never equal, but the first of an episode may be cut short.
    #expect(runs.max() == 10 && runs.min() == 1)
  }

  @Test("episodes do not depend on the number of slots")
  func slots() throws {
    func play(_ slots: Int, _ policy: some Policy<UInt8>) throws -> [EpisodeResult] {
      try EpisodeRunner(batch(slots)).run(
        seeds.enumerated().map { EpisodeRequest(seed: $1, candidate: $0) }, policy: policy)
    }
    #expect(try play(1, HeldRandomPolicy()) == play(7, HeldRandomPolicy()))
    func varied() -> VariedRandomPolicy<UInt8> {
      VariedRandomPolicy(collectingFrom: 5, holdMaximum: 4)
    }
    #expect(try play(1, varied()) == play(7, varied()))
  }

  @Test("the policy that collects has another centre and spread in every episode")
  func varied() throws {
    let policy = VariedRandomPolicy<UInt8>(collectingFrom: 9, holdMaximum: 2)
    var means: [Float] = []
    for number in 0..<30 {
      let rows = try rows(policy, [.collected(number, rootSeed: 9)])
      #expect(rows.allSatisfy { space.contains(.row($0)) })
      means.append(rows.reduce(0) { $0 + $1[0] } / Float(rows.count))
    }
    #expect((means.min() ?? 0) < -0.4 && (means.max() ?? 0) > 0.4)
    let again = VariedRandomPolicy<UInt8>(collectingFrom: 9, holdMaximum: 2)
    let episode = EpisodeRequest.collected(3, rootSeed: 9)
    #expect(try rows(policy, [episode]) == rows(again, [episode]))
    #expect(episode.seed >= 1 << 32 && episode.candidate == 3)
  }

  @Test("a cycle of rows and a rule that writes rows act as they say")
  func cycleAndRule() throws {
    let cycle = CyclePolicy<UInt8>(BlindPolicy("zigzag", [([1, 0], 2), ([-1, 0.5], 1)]))
    let taken = try rows(cycle, [EpisodeRequest(seed: 1)])
    #expect(Array(taken.prefix(4)) == [[1, 0], [1, 0], [-1, 0.5], [1, 0]])
    let rule = FactsPolicy.row { facts, row in
      row[0] = max(-1, min(1, -facts[0]))
      row[1] = max(-0.5, min(0.5, -facts[1]))
    }
    let results = try EpisodeRunner(batch(5)).evaluate(FactsRulePolicy(rule), seeds: seeds)
    // The farthest start is 4 away, or 2 at half the speed: four steps.
    #expect(results.allSatisfy { $0.terminated && $0.length <= 5 })
  }

  @Test("a controller of two outputs can be trained, and explored with")
  func controller() throws {
    var settings = ControllerConfiguration()
    (settings.populationSize, settings.generations, settings.episodesPerCandidate) = (8, 3, 2)
    (settings.evaluationInterval, settings.evaluationEpisodes, settings.sigma) = (3, 4, 0.5)
    let view = FloatView(batch(16))
    let shape = try ControllerShape(
      settings, observation: view.observationSpace, actions: view.actionSpace)
    var trainer = ControllerTrainer(settings, shape: shape, rootSeed: 3)
    let runner = EpisodeRunner<Float>(view)
    for _ in 0..<3 { _ = try trainer.trainGeneration(on: runner) }
    #expect(trainer.bestEvaluated != nil)

    let controller = trainer.policy()
    let alone = try runner.evaluate(controller, seeds: seeds)
    func explored(_ share: Double) throws -> [EpisodeResult] {
      let policy = ExploringPolicy(controller, greatestShare: share, holdMaximum: 3)
      return try runner.evaluate(policy, seeds: seeds)
    }
    #expect(try explored(0) == alone)
    #expect(try explored(1) != alone)
    #expect(try explored(1) == explored(1))
  }
}
