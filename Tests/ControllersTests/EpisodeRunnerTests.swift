import Controllers
import EnvironmentKit
import Randomness
import Testing
import Threads

/// Walks towards the target.
private let reachRule = FactsPolicy.index { facts in facts[0] < 0 ? 1 : 2 }

@Suite("Episodes through a batch")
struct EpisodeRunnerTests {
  private let seeds = (0..<50).map { UInt64($0) * 7 + 1 }

  @Test("do not depend on the number of slots, on the autoreset mode or on threads")
  func slots() throws {
    func play(_ count: Int, _ mode: AutoresetMode) throws -> [EpisodeResult] {
      try EpisodeRunner(reachBatch(count, mode)).evaluate(HeldRandomPolicy(), seeds: seeds)
    }
    let expected = try play(1, .disabled)
    #expect(Set(expected.map(\.length)).count > 5)
    for count in [3, 16, 50, 64] {
      for mode in [AutoresetMode.disabled, .sameStep, .nextStep] {
        #expect(try play(count, mode) == expected)
      }
    }
  }

  @Test("do not depend on their order")
  func order() throws {
    let forwards = try EpisodeRunner(reachBatch(8)).evaluate(HeldRandomPolicy(), seeds: seeds)
    let backwards = try EpisodeRunner(reachBatch(8)).evaluate(
      HeldRandomPolicy(), seeds: seeds.reversed())
    #expect(backwards.reversed() == forwards)
  }

  @Test("cost as many slot steps as they have steps")
  func endedEpisodesCostNothing() throws {
    let view = FloatView(reachBatch(16))
    let runner = EpisodeRunner(view)
    let results = try runner.evaluate(FactsRulePolicy(reachRule), seeds: seeds)
    let steps = results.reduce(0) { $0 + $1.length }
    #expect(view.slotSteps == steps)
    #expect(runner.environmentSteps == steps)
  }

  @Test("of a rule on the facts end at the target by the shortest way")
  func factsRule() throws {
    let results = try EpisodeRunner(reachBatch(7)).evaluate(
      FactsRulePolicy(reachRule), seeds: seeds)
    for result in results {
      #expect(result.terminated && !result.truncated && (2...8).contains(result.length))
      // The reward is a Float: −0.02 is off by 4e-10.
      #expect(abs(result.episodeReturn - (1 - 0.02 * Double(result.length - 1))) < 1e-7)
    }
  }

  @Test("of one who stays are truncated by the world, or earlier by the runner")
  func truncation() throws {
    let runner = EpisodeRunner(reachBatch(5))
    let byWorld = try runner.evaluate(CyclePolicy(always: 0), seeds: seeds)
    #expect(byWorld.allSatisfy { $0.length == 40 && $0.truncated && !$0.terminated })
    let byRunner = try runner.evaluate(CyclePolicy(always: 0), seeds: seeds, maximumSteps: 12)
    #expect(byRunner.allSatisfy { $0.length == 12 && $0.truncated && !$0.terminated })
  }

  @Test("of a cycle repeat it from the start of each episode")
  func cycle() throws {
    let runner = EpisodeRunner(reachBatch(1))
    var taken: [Int32] = []
    runner.onStep = { taken.append($0.actions.indices[0]) }
    let cycle = CyclePolicy<UInt8>(BlindPolicy("wiggle", [(1, 1), (2, 2), (0, 1)]))
    _ = try runner.evaluate(cycle, seeds: [3, 4], maximumSteps: 6)
    #expect(taken.prefix(6) == [1, 2, 2, 0, 1, 2])
    #expect(taken.dropFirst(6).prefix(4) == [1, 2, 2, 0])
  }

  @Test("of random play hold every action for 1 to 10 steps")
  func heldActions() {
    let space = ActionSpace.discrete((0..<50).map(String.init))
    var play = HeldRandomActions(space, seed: 11)
    let storage = ActionStorage(space: space, slots: 1)
    let actions = (0..<20_000).map { _ in
      play.next(into: storage, of: 0)
      return storage.indices[0]
    }
    var runs: [Int] = []
    for (index, action) in actions.enumerated() {
      if index > 0, actions[index - 1] == action {
        runs[runs.count - 1] += 1
      } else {
        runs.append(1)
      }
    }
    // With 50 actions one follows itself in 2 % of cases, so that a longer run is rare.
    #expect(Double(runs.filter { $0 > 10 }.count) < 0.03 * Double(runs.count))
    let mean = 20_000 / Double(runs.count)
    // 5.5 / (1 − 1/50) = 5.61; the standard error over some 3,600 runs is 0.05: four of them.
    #expect(abs(mean - 5.61) < 0.2)
    #expect(Set(actions) == Set(0..<50))
  }
}
