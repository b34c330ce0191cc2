import Controllers
import EnvironmentKit
import WorldModels

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
  mutating func seekRareRewards() {
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
  mutating func steerByNumbers() {
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
  mutating func shrink() {
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
  mutating func growAsForCar() {
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
  mutating func growAsForTakeCover() {
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
  mutating func growAsForDigits() {
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
