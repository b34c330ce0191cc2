import Controllers
import EnvironmentKit
import Evaluation
import Experiments
import Ranks
import Settings
import WorldModels

/// Proximal policy optimisation in a world without a model, from the preset to the trained policy: no run folder.
struct PlainLearning {
  /// How it learns.
  let settings: PPOSettings
  /// Who learns.
  let learner: any Learner
  /// What it learns in.
  let runner: EpisodeRunner<Float>
  private let entry: CatalogEntry
  private let agent: AgentEnvironments

  /// Makes ready.
  ///
  /// - Parameters:
  ///   - preset: one of those that learn by proximal policy optimisation without a model.
  ///   - ranks: the processes that learn together.
  ///   - change: what differs from it.
  /// - Throws: where a setting does not fit the world.
  init(
    _ preset: Preset = .ppo, in entry: CatalogEntry, rootSeed: UInt64,
    sharedBy ranks: any Communicator = SoleProcess(), change: (inout PPOSettings) -> Void
  ) throws {
    var configuration = preset.configuration(for: entry)
    guard var settings = configuration.learner as? PPOSettings else {
      preconditionFailure("the preset \(preset.rawValue) has another learner")
    }
    change(&settings)
    configuration.learner = settings
    try configuration.check(in: entry)
    (self.settings, self.entry) = (settings, entry)
    agent = AgentEnvironments(
      entry: entry, configuration: configuration,
      model: PlainFrames(configuration.frames(of: entry)))
    let seen = try agent.real(count: settings.environments)
    runner = EpisodeRunner<Float>(ranks.isShared ? SharedEnvironments(seen, among: ranks) : seen)
    runner.ranks = ranks
    learner = try settings.makeLearner(
      in: LearnerRoom(
        observation: runner.batch.observationSpace, actions: runner.batch.actionSpace,
        rootSeed: rootSeed, facts: runner.batch.specification.facts.count))
  }

  /// Makes one update.
  ///
  /// - Returns: steps taken in the world.
  func improve(isLast: Bool = false) throws -> Int {
    let before = learner.environmentSteps
    _ = try learner.improve(on: runner, isLast: isLast)
    return learner.environmentSteps - before
  }

  /// Learns to the end.
  func learn(each: (_ steps: Int) -> Void) throws {
    while learner.step < settings.steps {
      _ = try improve(isLast: learner.step + 1 == settings.steps)
      each(learner.environmentSteps)
    }
  }

  /// The mean return of the policy of now.
  func meanReturn(seeds: [UInt64]) throws -> Double {
    try PolicyComparison(
      entry: entry, observation: agent.configuration.agent.observation, seeds: seeds
    ).controller(.trained, learner.policy(), in: agent, onStep: {}).mean
  }
}
