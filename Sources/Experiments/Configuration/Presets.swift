import EnvironmentKit
import Files

/// The named starting points of a configuration.
public enum Preset: String, CaseIterable, Sendable {
  /// Minutes on a laptop, with a result worth looking at.
  case quick
  /// Seconds: every stage once, to try the plumbing.
  case tiny
  /// World Models' sizes and budgets for CarRacing (Ha & Schmidhuber 2018): days.
  case paperCar = "paper-car"
  /// World Models' sizes and budgets for DoomTakeCover: days.
  case paperTakeCover = "paper-takecover"

  /// All names, in the order in which they are shown.
  public static var names: [String] { allCases.map(\.rawValue) }

  /// The preset of a name, or an error naming the nearest.
  public static func named(_ name: String) throws -> Preset {
    guard let preset = Preset(rawValue: name) else {
      throw ExperimentError(
        .usage, place: "--preset \(name)", cause: "there is no such preset",
        remedy: NearestName.hint(name, among: names))
    }
    return preset
  }

  /// The preset's values for `TakeCover`.
  public var configuration: RunConfiguration {
    var value = RunConfiguration()
    value.preset = rawValue
    switch self {
    case .quick: value.tune()
    case .tiny: value.shrink()
    case .paperCar: value.growAsForCar()
    case .paperTakeCover: value.growAsForTakeCover()
    }
    return value
  }

  /// The actions that the preset's sizes are stated for, where no world of the catalogue has them.
  public var statedActions: ActionSpace? {
    self == .paperCar ? .continuous([-1...1, 0...1, 0...1]) : nil
  }

  /// The preset's values for a world.
  ///
  /// Where only success is rewarded, actions are drawn, so that the first generations find some, more
  /// episodes are played, since most say little, and C of `quick` trains in the world itself. Where actions lie on a line and C trains in the dream, one
  /// output cut into parts chooses: a third of the parameters.
  public func configuration(for world: CatalogEntry) -> RunConfiguration {
    var value = configuration
    value.world = world.id
    if world.countsSuccess { value.seekRareRewards() }
    if value.controller.world == .dream, !world.actionLine.isEmpty {
      value.controller.readout = .parts
      value.controller.partActions = world.actionLine.map(Int.init)
    }
    return value
  }
}

extension RunConfiguration {
  /// The `quick` preset: half World Models' width, and a σ that keeps small fireballs in the latents.
  ///
  /// C has many candidates that play few episodes each: where returns are noisy, the mean of many poorly
  /// known candidates leads further than that of few well known ones.
  ///
  /// - SeeAlso: D. Arnold, H.-G. Beyer, "Local performance of the (μ/μ_I, λ)-ES in a noisy environment" (2001).
  fileprivate mutating func tune() {
    vision.width = 16
    vision.latentSize = 32
    vision.likelihood = .gaussian
    vision.sigma = 0.1
    vision.freeBits = 0
    vision.learningRate = 1e-3
    collect.frames = 60_000
    visionTraining.steps = 3_000
    controller.populationSize = 96
    controller.episodesPerCandidate = 2
    controller.generations = 40
    controller.evaluationInterval = 10
    // All dimensions of a dreamt latent then come from one guess. Drawn one by one, some say that a fireball is
    // gone and others that it is there: such dreams drift to where nothing ends them.
    memory.sharesMixture = true
    memoryTraining.steps = 5_000
    memoryTraining.checkpointEvery = 500
    agent.input = .latentHidden
    controller.world = .dream
    // World Models' own; of five temperatures the best over five seeds.
    dream.temperature = 1.15
  }

  /// What differs where only success is rewarded.
  fileprivate mutating func seekRareRewards() {
    controller.readout = .sampled
    controller.sigma = 0.3
    guard preset == Preset.quick.rawValue else { return }
    // Random episodes seldom show the reward that a dream would have to promise.
    controller.world = .real
    agent.input = .latent
    controller.evaluationInterval = 8
    collect.frames = 30_000
    visionTraining.steps = 2_000
    controller.populationSize = 32
    controller.episodesPerCandidate = 16
    controller.generations = 80
  }

  /// The `tiny` preset: every stage once.
  fileprivate mutating func shrink() {
    tune()
    collect.frames = 1_200
    collect.heldOutEvery = 3
    collect.shardFrames = 256
    vision.width = 4
    vision.latentSize = 8
    vision.batchSize = 32
    visionTraining.steps = 60
    visionTraining.checkpointEvery = 10
    memory.hiddenSize = 16
    memory.batchSize = 8
    memory.sequenceLength = 16
    memoryTraining.steps = 60
    memoryTraining.checkpointEvery = 20
    dream.maximumSteps = 200
    dream.temperature = 1
    refinement.frames = 600
    refinement.visionSteps = 30
    refinement.memorySteps = 30
    controller.populationSize = 8
    controller.generations = 3
    controller.episodesPerCandidate = 2
    evaluate.episodes = 12
  }

  /// The `paper-car` preset: World Models' CarRacing, appendix A; C in the real world.
  fileprivate mutating func growAsForCar() {
    growAsInThePaper()
    agent.input = .latentHidden
    agent.reading = .sampled
    memory.hiddenSize = 256
    (memory.predictsReward, memory.predictsTermination) = (false, false)
    memory.sequenceLength = 999
    memoryTraining.steps = 4_000
    memoryTraining.finalLearningRateShare = 1
  }

  /// The `paper-takecover` preset: World Models' DoomTakeCover, C in the dream at τ 1.15.
  fileprivate mutating func growAsForTakeCover() {
    growAsInThePaper()
    vision.latentSize = 64
    agent.input = .latentCellHidden
    agent.reading = .sampled
    agent.actionEncoding = .parts
    memory.hiddenSize = 512
    (memory.predictsReward, memory.takesRestart) = (false, true)
    memory.sequenceLength = 500
    memoryTraining.steps = 24_400
    memoryTraining.finalLearningRateShare = 0.01
    controller.world = .dream
    controller.readout = .parts
    controller.bias = false
    dream.temperature = 1.15
  }

  /// What both experiments share.
  private mutating func growAsInThePaper() {
    collect.frames = 2_000_000
    vision.width = 32
    vision.latentSize = 32
    vision.batchSize = 100
    vision.learningRate = 1e-4
    visionTraining.steps = 200_000
    visionTraining.checkpointEvery = 1_000
    memory.batchSize = 100
    controller.populationSize = 64
    controller.generations = 1_800
    controller.episodesPerCandidate = 16
    evaluate.episodes = 1_000
  }
}
