import Controllers
import EnvironmentKit
import Evaluation
import Files
import Foundation
import Pictures
import Randomness
import Statistics

/// The films of a report, and what `summary.json` says of them.
struct ReportFilms {
  /// Of the agent in the world: seed, return, length, and what is shown.
  private(set) var episode: JSONValue = nil
  /// Of the agent in the dream that it learned in: its return there; nil where it learned in the world.
  private(set) var dream: JSONValue?

  /// The evaluated episode of median return: neither the best nor the worst is shown.
  private static func median(_ scores: EvaluationResult) -> EpisodeResult? {
    let results = scores[.trained]?.results ?? []
    let order = results.sorted { ($0.episodeReturn, $0.seed) < ($1.episodeReturn, $1.seed) }
    return order.isEmpty ? nil : order[order.count / 2]
  }

  /// Films the agent in the world.
  mutating func filmEpisode(
    _ agent: LearnedAgent, _ scores: EvaluationResult, _ room: WorldRoom, beat: () -> Void
  ) throws {
    guard let result = Self.median(scores) else { return }
    let shown = try EpisodeRecorder(
      environments: agent.environments, policy: agent.learner.learner.policy()
    ).record(result.seed, to: room.folder.picture("episode.gif"), beat: beat)
    let pace = FilmPace(agent.environments)
    episode = [
      "seed": .integer(Int(result.seed)), "return": .number(result.episodeReturn),
      "length": .integer(result.length), "shown": .integer(shown), "every": .integer(pace.every),
      "speed": .number(pace.speedUp),
    ]
  }

  /// Plays the agent in its dream, and films it beside the world; recorded episodes beside M's dream of them.
  mutating func filmDream(
    _ agent: LearnedAgent, _ scores: EvaluationResult, _ room: WorldRoom,
    beat: @escaping () -> Void
  ) throws {
    guard room.configuration.learner.place == .dream else { return }
    let recorder = DreamRecorder(environments: agent.environments, dataset: agent.dataset)
    let seeds =
      scores[.trained].map { $0.results.map(\.seed) } ?? room.configuration.evaluate.seeds()
    func interval(_ policy: any Policy<Float>, _ name: String) throws -> JSONValue {
      let returns = try recorder.returns(of: policy, seeds: seeds, onStep: beat)
      var stream = RandomStream(root: room.rootSeed, name: name)
      return BootstrapInterval(returns, using: &stream).json
    }
    var value = try interval(agent.learner.learner.policy(), "report/dream")
    value["temperature"] = JSONValue(room.configuration.dream.temperature)
    if !room.entry.canBePlayed {
      value["random"] = try interval(HeldRandomPolicy<Float>(), "report/dream/random")
    }
    if recorder.canFilm, let seed = Self.median(scores)?.seed ?? recorder.filmedEpisode {
      let pace = FilmPace(agent.environments)
      let shown = try recorder.film(
        seed, by: agent.learner.learner.policy(), to: room.folder.picture("dream.gif"), beat: beat)
      value["film"] = [
        "seed": .integer(Int(seed)), "shown": .integer(shown), "every": .integer(pace.every),
        "speed": .number(pace.speedUp),
      ]
    }
    dream = value
  }
}
