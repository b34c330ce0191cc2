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

  /// The `ppo-planes` preset: a convolution of 16 channels and a layer of 128, shared by actor and critic.
  ///
  /// - SeeAlso: K. Young, T. Tian, "MinAtar" (2019): the network of its agents.
  mutating func learnFromPlanes() {
    learnWithoutModel()
    agent.observation = .planes
    changePPO {
      $0.convolutions = [16]
      ($0.convolutionKernel, $0.convolutionStride) = (3, 1)
      $0.hiddenSizes = [128]
      $0.sharesLayers = true
    }
  }

  /// The `ppo-pixels` preset: pictures of 64 by 64, which half a million steps have to make sense of.
  mutating func learnFromPictures() {
    learnWithoutModel()
    agent.observation = .pixels64
    data.kind = .pictures
    changePPO {
      $0.convolutions = [16, 32, 32, 32]
      $0.hiddenSizes = [128]
      $0.learningRate = 5e-4
    }
  }

  /// The `ppo-latent` preset: a world model as `quick` has it, which stays as it is while the policy learns.
  mutating func learnFromLatents() {
    tune()
    learner = PPOSettings()
  }

  /// The `ppo-recurrent` preset: a long short-term memory behind one layer; minibatches are whole sequences.
  mutating func learnWithMemory() {
    learnWithoutModel()
    changePPO {
      $0.hiddenSizes = [64]
      $0.memoryUnits = 64
      $0.horizon = 64
      $0.minibatch = 256
    }
  }

  /// What differs where actions are numbers: they are of any size, as rewards and what is seen may be.
  mutating func drawNumbers() {
    changePPO {
      $0.entropyWeight = 0
      $0.normalisesObservations = $0.convolutions.isEmpty
      $0.scalesRewards = true
      $0.learningRate = 3e-4
      $0.epochs = 10
    }
  }

  /// What differs in worlds that do not spread their symbols: bit planes, which are as good, symbols, or pictures.
  mutating func see(_ world: CatalogEntry) {
    guard model is NoModelSettings, !world.observations.contains(agent.observation) else { return }
    let known: [ObservationKind] = [.planes, .symbols]
    agent.observation =
      known.first { world.observations.contains($0) } ?? world.defaultObservation
    data.kind = agent.observation.isPicture ? .pictures : .cells
  }
}
