import WorldModels

/// How M foretells the end and the reward: from real latents, and from latents that it dreamt.
package struct ModelEvents: Sendable {
  /// Steps dreamt before the prior is asked.
  package let priorSteps: Int
  /// The end, from real latents; nil where M does not predict it.
  package let end: EventScores?
  /// The end, from latents dreamt some steps ahead.
  package let priorEnd: EventScores?
  /// The reward, from real latents; nil where M does not predict it.
  package let reward: RewardScores?
  /// The reward, from latents dreamt some steps ahead.
  package let priorReward: RewardScores?

  /// Scores what M said along episodes, and what it says after dreams from each of their frames.
  package init(
    _ memory: FrozenMemory, _ episodes: [LatentEpisode], _ walked: Walked, priorSteps: Int
  ) {
    self.priorSteps = priorSteps
    let happened = episodes.flatMap { episode in
      (0..<episode.steps).map { episode.ends(at: $0) }
    }
    let rewards = episodes.flatMap { $0.rewards.map(Double.init) }
    let configuration = memory.configuration
    end =
      configuration.predictsTermination
      ? EventScores(probabilities: walked.endProbabilities.flatMap { $0 }, happened: happened) : nil
    reward =
      configuration.predictsReward
      ? RewardScores(predicted: walked.rewards.flatMap { $0 }, actual: rewards) : nil
    guard configuration.predictsTermination || configuration.predictsReward else {
      (priorEnd, priorReward) = (nil, nil)
      return
    }
    let starts = episodes.indices.flatMap { episode in
      (0..<max(0, episodes[episode].steps - priorSteps)).map { walked.start(episode, $0) }
    }
    var found = Prior()
    RollOut(memory).run(
      starts, in: episodes, horizon: priorSteps + 1, mode: .mean,
      action: { episodes[starts[$0].episode].action(starts[$0].frame + $1) },
      visit: { step in
        guard step.horizon == priorSteps + 1 else { return }
        found.ends += step.endProbabilities
        found.rewards += step.rewards
      })
    priorEnd =
      configuration.predictsTermination
      ? EventScores(
        probabilities: found.ends,
        happened: starts.map { episodes[$0.episode].ends(at: $0.frame + priorSteps) }) : nil
    priorReward =
      configuration.predictsReward
      ? RewardScores(
        predicted: found.rewards,
        actual: starts.map { Double(episodes[$0.episode].rewards[$0.frame + priorSteps]) }) : nil
  }

  private struct Prior {
    var ends: [Double] = []
    var rewards: [Double] = []
  }
}
