import Controllers
import EnvironmentKit
import Files
import Testing

@Suite("A learner that goes through many passes")
struct LearnerTests {
  @Test("plays the mean of now once the environments have changed, not one that did well before")
  func forgets() throws {
    let runner = EpisodeRunner(FloatView(reachBatch(12)))
    var settings = EvolutionSettings()
    settings.controller.populationSize = 4
    settings.controller.episodesPerCandidate = 2
    settings.controller.evaluationEpisodes = 2
    let learner = try settings.makeLearner(
      in: LearnerRoom(
        observation: runner.batch.observationSpace, actions: runner.batch.actionSpace, rootSeed: 1))
    _ = try learner.improve(on: runner, isLast: true)
    #expect(learner.save().entries["best/parameters"]?.shape != [0])
    learner.environmentsChange()
    _ = try learner.improve(on: runner, isLast: false)
    let saved = learner.save()
    #expect(saved.entries["best/parameters"]?.shape == [0])
    #expect(try saved.counter("integer/best/generation") == 0)
  }
}
