import Controllers
import Datasets
import EnvironmentKit
import Files
import WorldModels

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
  /// The autoencoder of "Importance Weighted Autoencoders" for binarised MNIST (Burda et al. 2016): a minute.
  case mnist
  /// An autoencoder that keeps what stands in each cell of a grid: minutes.
  case grid
  /// Proximal policy optimisation in the world itself, on symbols, without a model: seconds to minutes.
  case ppo
  /// The same on bit planes of a board, with a convolution of its own, as MinAtar's agents have it: minutes.
  case ppoPlanes = "ppo-planes"
  /// The same on pictures, with convolutions of its own: minutes to hours.
  case ppoPixels = "ppo-pixels"
  /// The same on the latents of `quick`'s world model, in the world or in the dream.
  case ppoLatent = "ppo-latent"
  /// The same on symbols with a memory, for worlds that do not show all that matters at once.
  case ppoRecurrent = "ppo-recurrent"

  /// Whether frames can be learned from with it.
  package var hasAutoencoder: Bool { !(configuration.model is NoModelSettings) }

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
    case .mnist: value.growAsForDigits()
    case .grid:
      value.tune()
      value.seeGrids()
    case .ppo: value.learnWithoutModel()
    case .ppoPlanes: value.learnFromPlanes()
    case .ppoPixels: value.learnFromPictures()
    case .ppoLatent: value.learnFromLatents()
    case .ppoRecurrent: value.learnWithMemory()
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
  /// episodes are played, since most say little, and `quick` learns in the world itself. Where actions lie
  /// on a line and it learns in the dream, one output cut into parts chooses: a third of the parameters.
  /// Where actions are numbers, C of `quick` reads few numbers, as CMA-ES has to find how much, not only what.
  public func configuration(for world: CatalogEntry) -> RunConfiguration {
    var value = configuration
    value.world = world.id
    if world.countsSuccess { value.seekRareRewards() }
    value.changeEvolution {
      guard $0.place == .dream, !world.actionLine.isEmpty else { return }
      $0.controller.readout = .parts
      $0.controller.partActions = world.actionLine.map(Int.init)
    }
    if case .continuous = world.actions {
      value.steerByNumbers()
      value.drawNumbers()
    }
    value.see(world)
    return value
  }
}

extension Preset {
  /// The preset's values for recorded episodes: a model that dreams, and one pass of the loop, in the dream.
  ///
  /// - Parameters:
  ///   - recorded: the episodes as a world.
  ///   - frames: how many they have; all are taken.
  public func configuration(forEpisodes recorded: CatalogEntry, frames: Int) -> RunConfiguration {
    var value = configuration(for: recorded)
    value.world = ""
    value.dreamCapable()
    (value.loop.passes, value.loop.frames) = (1, max(16, frames))
    value.agent.observation = recorded.defaultObservation
    value.learner.place = .dream
    return value
  }
}

extension Preset {
  /// The preset's values for training V alone on frames.
  ///
  /// What is no picture has fully connected layers and the likelihood that is usual for it.
  ///
  /// - Parameters:
  ///   - world: the world that frames are collected from; nil where they lie in files.
  ///   - kind: what a frame is; nil for what the preset is made for.
  public func configuration(
    forFramesOf world: CatalogEntry?, _ kind: FrameKind? = nil
  ) -> RunConfiguration {
    var value = world.map { configuration(for: $0) } ?? configuration
    let kind = kind ?? value.data.kind
    value.world = world?.id ?? ""
    value.data.kind = kind
    if let both = value.model as? MixtureMemorySettings { value.model = both.autoencoder }
    if self == .grid {
      value.collectManyLevels()
      if kind == .pictures { value.seeGridsAsPictures() }
    }
    let fits = self == .grid && kind == .cells
    if kind != .pictures, !fits, var seeing = value.model as? AutoencoderSettings {
      seeing.vision.network = .dense
      seeing.vision.likelihood = VisionLikelihood.fitting(kind)[0]
      seeing.vision.binarises = false
      value.model = seeing
      if kind == .cells, world != nil { value.agent.observation = .symbols }
    }
    value.agent.input = ["latent"]
    value.changeEvolution { $0.place = .world }
    return value
  }
}

extension RunConfiguration {
  /// Changes the settings of World Models' V and M, where the model is of that kind.
  mutating func changeMixtureMemory(_ change: (inout MixtureMemorySettings) -> Void) {
    guard var settings = model as? MixtureMemorySettings else { return }
    change(&settings)
    model = settings
  }

  /// Changes the settings of the evolved controller, where the learner is of that kind.
  package mutating func changeEvolution(_ change: (inout EvolutionSettings) -> Void) {
    guard var settings = learner as? EvolutionSettings else { return }
    change(&settings)
    learner = settings
  }

  /// The `quick` preset: half World Models' width, and a σ that keeps small fireballs in the latents.
  ///
  /// The controller has many candidates that play few episodes each: where returns are noisy, the mean of
  /// many poorly known candidates leads further than that of few well known ones.
  ///
  /// - SeeAlso: D. Arnold, H.-G. Beyer, "Local performance of the (μ/μ_I, λ)-ES in a noisy environment" (2001).
  mutating func tune() {
    loop.frames = 60_000
    agent.input = ["latent", "hidden"]
    // World Models' own; of five temperatures the best over five seeds.
    dream.temperature = 1.15
    changeMixtureMemory {
      $0.autoencoder.vision.width = 16
      $0.autoencoder.vision.latentSize = 32
      $0.autoencoder.vision.likelihood = .gaussian
      $0.autoencoder.vision.sigma = 0.1
      $0.autoencoder.vision.freeBits = 0
      $0.autoencoder.vision.learningRate = 1e-3
      $0.autoencoder.schedule.steps = 3_000
      // All dimensions of a dreamt latent then come from one guess. Drawn one by one, some say that a
      // fireball is gone and others that it is there: such dreams drift to where nothing ends them.
      $0.memory.network.sharesMixture = true
      $0.memory.schedule.steps = 5_000
      $0.memory.schedule.checkpointEvery = 500
    }
    changeEvolution {
      $0.place = .dream
      $0.controller.populationSize = 96
      $0.controller.episodesPerCandidate = 2
      $0.controller.generations = 40
      $0.controller.evaluationInterval = 10
    }
  }

  /// What differs where only success is rewarded.
  fileprivate mutating func seekRareRewards() {
    changeEvolution {
      $0.controller.readout = .sampled
      $0.controller.sigma = 0.3
    }
    guard preset == Preset.quick.rawValue, let both = model as? MixtureMemorySettings else {
      return
    }
    // Random episodes seldom show the reward that a dream would have to promise.
    loop.frames = 30_000
    agent.input = ["latent"]
    var seeing = both.autoencoder
    seeing.schedule.steps = 2_000
    model = seeing
    changeEvolution {
      $0.place = .world
      $0.controller.evaluationInterval = 8
      $0.controller.populationSize = 32
      $0.controller.episodesPerCandidate = 16
      $0.controller.generations = 80
    }
  }

  /// What differs where actions are numbers: nothing is chosen, drawn or cut into parts.
  ///
  /// `quick` then has a small latent and shows it to C without M's state: of 18 numbers CMA-ES finds a push
  /// that is right in size as well, of 500 it does not.
  fileprivate mutating func steerByNumbers() {
    changeEvolution { $0.controller.readout = .greatest }
    guard preset == Preset.quick.rawValue else { return }
    loop.frames = 30_000
    agent.input = ["latent"]
    // Of three temperatures the best over two seeds.
    dream.temperature = 1
    changeMixtureMemory {
      $0.autoencoder.vision.latentSize = 8
      $0.autoencoder.vision.batchSize = 32
    }
    changeEvolution {
      $0.controller.populationSize = 32
      $0.controller.sigma = 0.3
    }
  }

  /// The `tiny` preset: every stage once.
  fileprivate mutating func shrink() {
    tune()
    loop.frames = 1_200
    loop.laterFrames = 600
    collect.heldOutEvery = 3
    collect.shardFrames = 256
    dream.maximumSteps = 200
    dream.temperature = 1
    evaluate.episodes = 12
    changeMixtureMemory {
      $0.autoencoder.vision.width = 4
      $0.autoencoder.vision.latentSize = 8
      $0.autoencoder.vision.batchSize = 32
      ($0.autoencoder.schedule.steps, $0.autoencoder.schedule.laterSteps) = (60, 30)
      $0.autoencoder.schedule.checkpointEvery = 10
      $0.memory.network.hiddenSize = 16
      $0.memory.network.batchSize = 8
      $0.memory.network.sequenceLength = 16
      ($0.memory.schedule.steps, $0.memory.schedule.laterSteps) = (60, 30)
      $0.memory.schedule.checkpointEvery = 20
    }
    changeEvolution {
      $0.controller.populationSize = 8
      $0.controller.generations = 3
      $0.controller.episodesPerCandidate = 2
    }
  }

  /// The `paper-car` preset: World Models' CarRacing, appendix A; C in the real world.
  fileprivate mutating func growAsForCar() {
    growAsInThePaper()
    agent.input = ["latent", "hidden"]
    changeMixtureMemory {
      $0.autoencoder.reading = .sampled
      $0.memory.network.hiddenSize = 256
      ($0.memory.network.predictsReward, $0.memory.network.predictsTermination) = (false, false)
      $0.memory.network.sequenceLength = 999
      $0.memory.schedule.steps = 4_000
      $0.memory.schedule.finalLearningRateShare = 1
    }
  }

  /// The `paper-takecover` preset: World Models' DoomTakeCover, C in the dream at τ 1.15.
  fileprivate mutating func growAsForTakeCover() {
    growAsInThePaper()
    agent.input = ["latent", "cell", "hidden"]
    dream.temperature = 1.15
    changeMixtureMemory {
      $0.autoencoder.vision.latentSize = 64
      $0.autoencoder.reading = .sampled
      $0.memory.actionEncoding = .parts
      $0.memory.network.hiddenSize = 512
      ($0.memory.network.predictsReward, $0.memory.network.takesRestart) = (false, true)
      $0.memory.network.sequenceLength = 500
      $0.memory.schedule.steps = 24_400
      $0.memory.schedule.finalLearningRateShare = 0.01
    }
    changeEvolution {
      $0.place = .dream
      $0.controller.readout = .parts
      $0.controller.bias = false
    }
  }

  /// The `mnist` preset: 200-200 tanh, 50 latents, pixels binarised anew at each access.
  ///
  /// - SeeAlso: Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted Autoencoders" (2016), section 5.
  fileprivate mutating func growAsForDigits() {
    tune()
    changeMixtureMemory {
      $0.autoencoder.vision.network = .dense
      $0.autoencoder.vision.hiddenSizes = [200, 200]
      $0.autoencoder.vision.hiddenActivation = .tanh
      $0.autoencoder.vision.latentSize = 50
      $0.autoencoder.vision.likelihood = .bernoulli
      $0.autoencoder.vision.binarises = true
      $0.autoencoder.vision.batchSize = 128
      $0.autoencoder.vision.learningRate = 2e-3
      $0.autoencoder.schedule.steps = 10_000
      $0.autoencoder.schedule.checkpointEvery = 1_000
    }
  }

  /// What both experiments share.
  private mutating func growAsInThePaper() {
    loop.frames = 2_000_000
    evaluate.episodes = 1_000
    changeMixtureMemory {
      $0.autoencoder.vision.width = 32
      $0.autoencoder.vision.latentSize = 32
      $0.autoencoder.vision.batchSize = 100
      $0.autoencoder.vision.learningRate = 1e-4
      $0.autoencoder.schedule.steps = 200_000
      $0.autoencoder.schedule.checkpointEvery = 1_000
      $0.memory.network.batchSize = 100
    }
    changeEvolution {
      $0.controller.populationSize = 64
      $0.controller.generations = 1_800
      $0.controller.episodesPerCandidate = 16
    }
  }
}

extension RunConfiguration {
  /// Gives the model a memory where it has none, so that there is a dream to be compared with.
  public mutating func dreamCapable() {
    guard let seeing = model as? AutoencoderSettings else { return }
    var both = MixtureMemorySettings()
    both.autoencoder = seeing
    both.memory.network.sharesMixture = true
    both.memory.schedule.steps = 5_000
    model = both
  }
}
