import EnvironmentKit
import Environments
import Evaluation
import Experiments
import FinishedRuns
import Foundation
import Randomness
import Settings
import TestSupport
import Testing
import Threads
import WorldModels

/// A world of two latents: each action moves them; the last of three actions is rewarded and ends.
enum DriftWorld {
  /// How actions move the latents, `[action][latent]`.
  static let moves: [[Float]] = [[0.1, 0], [-0.1, 0.1], [0, -0.1]]

  /// Episodes of random actions.
  ///
  /// - Parameters:
  ///   - shift: which step's action a step is said to have had: 0 the right one, 1 the one before.
  static func episodes(
    _ count: Int, steps: Int = 80, shift: Int = 0, ends: Bool = false
  ) -> [LatentEpisode] {
    (0..<count).map { number in
      var stream = RandomStream(root: 3, name: "\(number)")
      let chosen = (0..<steps).map { step in
        ends ? (step == steps - 1 ? 2 : stream.integers(in: 0..<2)) : stream.integers(in: 0..<3)
      }
      var latents: [Float] = [0, 0]
      for (step, action) in chosen.enumerated() {
        latents += [0, 1].map { latents[2 * step + $0] + moves[action][$0] }
      }
      let said = chosen.indices.map { chosen[max(0, $0 - shift)] }
      return LatentEpisode(
        latentSize: 2, actionSize: 3, latents: latents,
        logVariances: latents.map { _ in -9 },
        actions: said.flatMap { action in (0..<3).map { $0 == action ? 1 : 0 } },
        rewards: chosen.map { $0 == 2 ? 1 : 0 }, terminated: ends)
    }
  }

  /// An M that knows the world, written by hand; or one that copies the latent whatever is done.
  ///
  /// Gates are wide open or shut, and units so small that tanh is a line but for one part in 10⁴.
  static func memory(heedsActions: Bool = true) -> FrozenMemory {
    var configuration = MemoryConfiguration()
    (configuration.latentSize, configuration.actionSize) = (2, 3)
    (configuration.hiddenSize, configuration.mixtures) = (3, 1)
    (configuration.predictsReward, configuration.predictsTermination) = (true, true)
    let small: Float = 0.01
    // Columns of gates i, f, g, o, of three units each; rows: two latents, three actions.
    var input = [Float](repeating: 0, count: 5 * 12)
    for unit in 0..<2 { input[unit * 12 + 6 + unit] = small }
    for action in 0..<3 where heedsActions {
      for unit in 0..<2 { input[(2 + action) * 12 + 6 + unit] = small * moves[action][unit] }
    }
    input[4 * 12 + 6 + 2] = small
    let recurrent = [Float](repeating: 0, count: 3 * 12)
    let bias = (0..<4).flatMap { [Float](repeating: [20, -20, 0, 20][$0], count: 3) }
    // Columns: two logits, two means, two log sigmas, reward, termination.
    var output = [Float](repeating: 0, count: 3 * 8)
    for unit in 0..<2 { output[unit * 8 + 2 + unit] = 1 / small }
    output[2 * 8 + 6] = 1 / small
    output[2 * 8 + 7] = 20 / small
    let outputBias: [Float] = [0, 0, 0, 0, -6, -6, 0, -10]
    var stream = RandomStream(seed: 1)
    var model = Memory(configuration, stream: &stream)
    model.setFlattenedParameters(input + recurrent + bias + output + outputBias)
    return FrozenMemory(model)
  }

  static func dreams(_ memory: FrozenMemory, _ episodes: [LatentEpisode]) -> LatentDreams {
    LatentDreams(
      memory, episodes, states: Walked(memory, episodes).states, count: 48, rootSeed: 5)
  }
}

@Suite("Judging hand-made world models") struct ModelEvaluationTests {
  @Test("along real latents M is asked of the step that it has just taken") func alignment() {
    let episodes = DriftWorld.episodes(3, ends: true)
    let memory = DriftWorld.memory()
    let reading = MixtureReading(memory.configuration)
    var worst: Float = 0
    MemoryWalk(memory).along(
      episodes,
      after: { moments, state in
        for moment in moments {
          var row = [Float](repeating: 0, count: reading.columns)
          row.withUnsafeMutableBufferPointer {
            memory.outputs(of: moment.slot, state, into: $0)
          }
          let next = episodes[moment.episode].latent(moment.step + 1)
          for (found, came) in zip(reading.means(row[...]), next) {
            worst = max(worst, abs(found - came))
          }
        }
      })
    // 1 − tanh(tanh(x))/x is 1.7e-3 at 0.05, and latents stay below 5; a step beside it errs by 0.1.
    #expect(worst < 1e-2)
    let walked = Walked(memory, episodes)
    for (episode, number) in zip(episodes, episodes.indices) {
      #expect(
        zip(walked.rewards[number], episode.rewards).allSatisfy { abs($0 - Double($1)) < 1e-3 })
      let ends = walked.endProbabilities[number]
      #expect(ends.indices.allSatisfy { (ends[$0] > 0.5) == episode.ends(at: $0) })
    }
  }

  @Test("an M that knows the world dreams what comes; one shifted step of actions is punished")
  func openLoop() {
    let memory = DriftWorld.memory()
    let right = DriftWorld.dreams(memory, DriftWorld.episodes(12)).actionUse()
    #expect(right.trueErrors.count == LatentDreams.horizons.count)
    #expect(right.trueErrors.allSatisfy { $0.mean < 1e-3 })
    let shifted = DriftWorld.dreams(memory, DriftWorld.episodes(12, shift: 1)).actionUse()
    for (late, known) in zip(shifted.trueErrors, right.trueErrors) {
      #expect(late.low > 5 * known.high)
    }
  }

  @Test("the verdict tells an M that uses its actions from one that does not") func actionUse() {
    let episodes = DriftWorld.episodes(12)
    let heeding = DriftWorld.dreams(DriftWorld.memory(), episodes).actionUse()
    #expect(heeding.usesActions)
    let copying = DriftWorld.dreams(DriftWorld.memory(heedsActions: false), episodes).actionUse()
    #expect(!copying.usesActions)
    #expect(copying.verdict == "M does not use its actions: wrong ones do as well as the true ones")
    // It dreams the last latent for ever: the error of a drift by 0.1 a step grows with the horizon.
    #expect(copying.trueErrors[6].mean > 4 * copying.trueErrors[0].mean)
  }

  @Test("the end and the reward are foretold from dreams as well, at the right step") func events()
  {
    let episodes = DriftWorld.episodes(12, ends: true)
    let memory = DriftWorld.memory()
    let events = ModelEvents(memory, episodes, Walked(memory, episodes), priorSteps: 4)
    for end in [events.end, events.priorEnd].compactMap({ $0 }) {
      #expect(end.events == 12 && end.areaUnderCurve == 1)
      #expect(end.atHalf.precision == 1 && end.atHalf.recall == 1)
    }
    #expect(events.end?.count == 960 && events.priorEnd?.count == 912)
    #expect((events.priorReward?.explainedVariance ?? 0) > 0.999)
  }

  @Test("starts leave room for the context before and the longest horizon after") func starts() {
    let memory = DriftWorld.memory()
    for (steps, longest) in [(80, 64), (30, 16), (9, 2), (8, 1)] {
      let dreams = DriftWorld.dreams(memory, DriftWorld.episodes(30, steps: steps))
      #expect(dreams.horizons.last == longest)
    }
    #expect(DriftWorld.dreams(memory, DriftWorld.episodes(3, steps: 4)).actionUse().verdict != "")
  }

  @Test("the whole evaluation gives the same bytes on one thread and on two") func sameBytes()
    throws
  {
    let files = try [1, 2].map { threads in
      let before = ThreadCount.current
      ThreadCount.current = threads
      defer { ThreadCount.current = before }
      let folder = try TemporaryFolder()
      try Self.evaluate(in: RunFolder(folder.url))
      return try ["model.json", "media/openloop.gif", "media/model-probes.png"].map {
        try Data(contentsOf: folder.url.appending(path: $0))
      }
    }
    #expect(files[0] == files[1])
    let value = try JSONSerialization.jsonObject(with: files[0][0])
    let document = try #require(value as? [String: Any])
    let parts = ["openLoop", "actionUse", "probes", "events", "calibration"]
    #expect(parts.allSatisfy { document[$0] is [String: Any] })
    let facts = try #require((document["probes"] as? [String: Any])?["facts"] as? [String: Any])
    let rule = try #require(facts["ruleAction"] as? [String: Any])
    #expect(rule["score"] as? String == "accuracy" && rule["linear"] is [String: Any])
  }

  /// Evaluates fresh weights on TakeCover.
  private static func evaluate(in folder: RunFolder) throws {
    var stream = RandomStream(seed: 2)
    let configuration = Preset.tiny.configuration
    let settings = try #require(configuration.model as? MixtureMemorySettings)
    let vision = FrozenVision(Vision(settings.autoencoder.vision, stream: &stream))
    var sizes = MemoryConfiguration()
    (sizes.latentSize, sizes.actionSize, sizes.hiddenSize) = (8, 3, 16)
    (sizes.predictsReward, sizes.predictsTermination) = (true, true)
    let memory = FrozenMemory(Memory(sizes, stream: &stream))
    let untrained = FrozenMemory(Memory(sizes, stream: &stream))
    var extent = ModelEvaluation.Extent()
    (extent.starts, extent.samples) = (10, 2)
    (extent.probeRows, extent.networkSteps) = (1_200, 100)
    let report = try ModelEvaluationStage(
      folder: folder, configuration: configuration,
      entry: try #require(Catalog.entry("TakeCover")), vision: vision, memory: memory,
      untrained: untrained, extent: extent
    ) { action in (0..<3).map { action == .index($0) ? 1 : 0 } }
    .run((10_000...10_023).map { $0 }, progress: .silent)
    #expect(report.lines.count > 20)
  }
}
