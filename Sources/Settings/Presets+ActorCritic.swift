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
  /// The step size stays until the last tenth: where rewards are rare, many seeds find the way late.
  mutating func learnFromSymbols() {
    learnWithoutModel()
    changePPO { ($0.epochs, $0.annealingStart) = (8, 0.9) }
  }

  /// What differs where only success is rewarded: a bonus for what is new to the episode, which falls to 0 along the
  /// training, or some seeds never meet a reward.
  mutating func lookForNewThings() {
    changePPO { ($0.exploration.kind, $0.exploration.annealsWeight) = (.episodic, true) }
  }

  /// What presets without a model have in common.
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
      ($0.epochs, $0.annealingStart) = (10, 0)
    }
  }

  /// What differs in worlds whose task only a mission tells, which is then listed before `oneHot`, and in those that do
  /// not spread their symbols: bit planes are as good; others show symbols, pictures or numbers, which may be of any
  /// size.
  mutating func see(_ world: CatalogEntry) {
    guard model is NoModelSettings else { return }
    if agent.observation == .oneHot {
      let spread: [ObservationKind] = [.oneHot, .oneHotMission]
      agent.observation = world.observations.first(where: spread.contains) ?? .oneHot
    }
    guard !world.observations.contains(agent.observation) else { return }
    // Where pictures are asked for and the world says why it has none, that is what is to be told.
    guard !agent.observation.isPicture || world.lacking == nil else { return }
    let known: [ObservationKind] = world.defaultObservation == .numbers ? [] : [.planes, .symbols]
    agent.observation =
      known.first { world.observations.contains($0) } ?? world.defaultObservation
    if agent.observation == .numbers {
      data.kind = .vectors
      // Neither what Gymnasium's environments observe nor their rewards are of any one size.
      changePPO {
        $0.normalisesObservations = $0.convolutions.isEmpty
        $0.scalesRewards = true
        $0.annealingStart = 0
        if case .discrete = world.actions { $0.epochs = PPOSettings().epochs }
      }
      return
    }
    data.kind = agent.observation.isPicture ? .pictures : .cells
  }
}
