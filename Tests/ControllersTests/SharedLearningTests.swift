import Controllers
import EnvironmentKit
import Files
import Foundation
import Ranks
import TestSupport
import Testing

@Suite("Learning by several processes")
struct SharedLearningTests {
  private let seeds = (0..<50).map { UInt64($0) * 7 + 1 }

  @Test(
    "episodes that ranks share are those of one process, and all know them", arguments: [2, 3, 5])
  func episodes(count: Int) throws {
    let alone = EpisodeRunner(reachBatch(16))
    let expected = try alone.evaluate(HeldRandomPolicy(), seeds: seeds)
    let shared = try ThreadRanks.run(count) { ranks -> ([EpisodeResult], Int) in
      let runner = EpisodeRunner(reachBatch(16))
      runner.ranks = ranks
      _ = try runner.evaluate(HeldRandomPolicy(), seeds: [4])
      let before = runner.environmentSteps
      let results = try runner.evaluate(HeldRandomPolicy(), seeds: seeds)
      return (results, runner.environmentSteps - before)
    }
    for (results, steps) in shared {
      #expect(results == expected)
      #expect(steps == alone.environmentSteps)
    }
  }

  @Test("every rank plays some, whatever the number of slots", arguments: [1, 7, 64])
  func spreads(slots: Int) throws {
    let played = try ThreadRanks.run(3) { ranks in
      let view = FloatView(reachBatch(slots))
      let runner = EpisodeRunner(view)
      runner.ranks = ranks
      runner.onStep = { _ in usleep(500) }
      _ = ranks.isTrueAnywhere(false)
      _ = try runner.evaluate(CyclePolicy(always: 0), seeds: seeds)
      return view.slotSteps
    }
    #expect(played.reduce(0, +) == 50 * 40)
    #expect(played.allSatisfy { $0 > 0 && $0 < 50 * 40 })
  }

  @Test("evolution has the same bytes for any number of ranks", arguments: [2, 3])
  func evolution(count: Int) throws {
    @Sendable func trained(in ranks: any Communicator) throws -> UInt64 {
      var settings = EvolutionSettings()
      settings.controller.populationSize = 10
      settings.controller.generations = 4
      settings.controller.episodesPerCandidate = 3
      (settings.controller.evaluationInterval, settings.controller.evaluationEpisodes) = (2, 9)
      let runner = EpisodeRunner(FloatView(reachBatch(12)))
      runner.ranks = ranks
      let learner = try settings.makeLearner(
        in: LearnerRoom(
          observation: runner.batch.observationSpace, actions: runner.batch.actionSpace, rootSeed: 1
        ))
      for step in 0..<4 { _ = try learner.improve(on: runner, isLast: step == 3) }
      return learner.save().contentHash
    }
    let alone = try trained(in: SoleProcess())
    #expect(
      try ThreadRanks.run(count) { try trained(in: $0) } == Array(repeating: alone, count: count))
  }

  private func learned(in ranks: any Communicator) throws -> (hash: UInt64, metrics: [Metric]) {
    let settings = tinySettings(2_000) {
      $0.maximumSteps = 37
      $0.exploration.kind = .count
    }
    let own = FloatView(
      WorldBatch(ReachWorld(), count: settings.environments, autoreset: .disabled))
    let runner = EpisodeRunner<Float>(
      ranks.isShared ? SharedEnvironments(own, among: ranks) : own)
    runner.ranks = ranks
    let learner = try settings.makeLearner(
      in: LearnerRoom(
        observation: runner.batch.observationSpace, actions: runner.batch.actionSpace, rootSeed: 1,
        facts: runner.batch.specification.facts.count))
    let first = try learner.improve(on: runner, isLast: false)
    try train(learner, settings, on: runner)
    return (learner.save().contentHash, first)
  }

  @Test("PPO has the same bytes in all ranks and in every run of as many", arguments: [2, 3])
  func ppo(count: Int) throws {
    let first = try ThreadRanks.run(count) { try learned(in: $0).hash }
    let second = try ThreadRanks.run(count) { try learned(in: $0).hash }
    #expect(first == Array(repeating: first[0], count: count))
    #expect(second == first)
  }

  @Test("PPO's first update is that of one process but for the last bits", arguments: [2, 3])
  func firstUpdate(count: Int) throws {
    let alone = try learned(in: SoleProcess()).metrics
    let shared = try ThreadRanks.run(count) { try learned(in: $0).metrics }[count - 1]
    for (a, b) in zip(alone, shared) where a.value.isFinite {
      #expect(abs(a.value - b.value) < 1e-4 * max(1, abs(a.value)), "\(a.name)")
    }
  }
}
