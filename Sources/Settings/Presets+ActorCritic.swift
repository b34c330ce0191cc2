import Controllers
import EnvironmentKit
import WorldModels

extension RunConfiguration {
  /// Changes the settings of proximal policy optimisation, where the learner is of that kind.
  package mutating func changePPO(_ change: (inout PPOSettings) -> Void) {
    guard var settings = learner as? PPOSettings else { return }
    change(&settings)
    learner = settings
  }

  /// The `ppo` preset: proximal policy optimisation in the world itself, without a model.
  ///
  /// Symbols are spread over places of 0 and 1: a code is no quantity.
  mutating func learnWithoutModel() {
    model = NoModelSettings()
    agent.observation = .oneHot
    agent.input = ["frame"]
    data.kind = .cells
    learner = PPOSettings()
  }

  /// What differs in worlds that do not spread their symbols, or show none.
  mutating func see(_ world: CatalogEntry) {
    guard model is NoModelSettings, !world.observations.contains(agent.observation) else { return }
    agent.observation =
      world.observations.contains(.symbols) ? .symbols : world.defaultObservation
    data.kind = agent.observation.isPicture ? .pictures : .cells
  }
}
