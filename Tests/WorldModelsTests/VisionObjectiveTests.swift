import Files
import Foundation
import Layers
import Randomness
import Tensors
import TestSupport
import Testing
import WorldModels

/// V trained with every likelihood and every term.
@Suite(.serialized) struct VisionObjectiveTests {
  /// Configurations that differ from World Models' in one part each.
  static let all: [(name: String, configuration: VisionConfiguration)] = {
    var list: [(String, VisionConfiguration)] = []
    func add(_ name: String, _ change: (inout VisionConfiguration) -> Void) {
      var configuration = VisionConfiguration.small
      configuration.freeBits = 0
      change(&configuration)
      list.append((name, configuration))
    }
    for likelihood in VisionLikelihood.fitting(.pictures) {
      add(likelihood.rawValue) { $0.likelihood = likelihood }
    }
    add("free bits, frame") { $0.freeBits = 0.5 }
    add("free bits, latent") { ($0.freeBits, $0.objective.freeBitsPer) = (0.5, .latent) }
    add("free bits, group") {
      ($0.freeBits, $0.objective.freeBitsPer, $0.objective.freeBitsGroupSize) = (0.5, .group, 3)
    }
    add("cyclical") { ($0.warmUpSteps, $0.objective.warmUpEvery) = (2, 3) }
    add("capacity") { ($0.objective.divergence, $0.objective.capacitySteps) = (.capacity, 4) }
    add("target") { $0.objective.divergence = .target }
    add("decomposed") { $0.objective.divergence = .decomposed }
    add("mmd") { ($0.beta, $0.objective.mmdWeight) = (0.5, 20) }
    add("importance") { $0.objective.importanceSamples = 3 }
    add("importance, categorical") {
      ($0.likelihood, $0.objective.importanceSamples) = (.categorical, 2)
    }
    add("mmd, optimal") { ($0.likelihood, $0.objective.mmdWeight) = (.gaussianOptimal, 20) }
    return list
  }()

  private static let shape = [10, 12, 2]

  private func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var stream = RandomStream(seed: seed)
    return (0..<count).flatMap { _ -> [UInt8] in
      let edge = stream.integers(in: 0..<12)
      return (0..<10 * 12).flatMap { [UInt8]([$0 % 12 < edge ? 200 : 30, 90]) }
    }
  }

  private func trainer(_ configuration: VisionConfiguration) -> VisionTrainer {
    VisionTrainer(configuration, frameShape: Self.shape, seed: 7)
  }

  @Test(arguments: all.indices)
  func `Threads change no byte, and a restored trainer goes on bit for bit`(_ index: Int) throws {
    let (name, configuration) = Self.all[index]
    let states = [1, 2, 4].map { threads in
      withThreads(threads) {
        let trainer = trainer(configuration)
        for step in 0..<3 { _ = trainer.step(bytes(9, seed: UInt64(step))) }
        return trainer.state()
      }
    }
    #expect(states[0] == states[1] && states[0] == states[2], "\(name)")
    let half = trainer(configuration)
    for step in 0..<2 { _ = half.step(bytes(9, seed: UInt64(step))) }
    let resumed = trainer(configuration)
    try resumed.restore(half.state())
    let step = resumed.step(bytes(9, seed: 2))
    #expect(resumed.state() == states[0], "\(name)")
    #expect(half.step(bytes(9, seed: 2)) == step, "\(name)")
    #expect(step.loss.isFinite && !step.skipped, "\(name)")
  }

  /// In peers the loss of training and that of validation had other weights.
  ///
  /// See YannDubs/disentangling-vae, `evaluate.py`, and AntixK/PyTorch-VAE, `experiment.py`. Microbatches,
  /// too, must not change what a term means.
  @Test(arguments: all.indices, [1, 4])
  func `A training step reports the mean loss and takes its gradient`(
    _ index: Int, _ microbatches: Int
  ) throws {
    var (name, configuration) = Self.all[index]
    // The first step's β and capacity are the last's.
    (configuration.warmUpSteps, configuration.objective.warmUpEvery) = (0, 0)
    configuration.objective.capacitySteps = 0
    configuration.microbatches = microbatches
    let trainer = trainer(configuration)
    let model = trainer.model
    var stream = RandomStream(root: 7, name: "vision/noise/0")
    let noise = Tensor(
      normal: [9 * configuration.objective.importanceSamples, 3], stream: &stream)
    var priorStream = RandomStream(root: 7, name: "vision/prior/0")
    let prior = Tensor(normal: [9, 3], stream: &priorStream)
    let frames = Tensor(bytes(9).map { Float($0) / 255 }, shape: [9] + Self.shape)
    let (loss, gradient) = valueAndGradient(of: model) {
      $0.meanLoss(of: frames, noise: noise, prior: prior)
    }
    let step = trainer.step(bytes(9))
    #expect(abs(step.loss - loss.scalar) < 2e-5 * abs(loss.scalar), "\(name)")
    let norm = Gradients(gradient).norm
    #expect(abs(Double(step.gradientNorm) - norm) < 1e-3 * norm, "\(name)")
    // Adam's first moment of the first step is a tenth of the gradient.
    for entry in trainer.state().arrays where entry.name.hasPrefix("adam.first.") {
      let parameter = try #require(
        gradient.parameters.first { "adam.first.\($0.name)" == entry.name })
      let exact = parameter.value.scalars.map { $0 * 0.1 }
      let error = zip(entry.values, exact).map { abs($0 - $1) }.max() ?? 0
      let size = exact.map(abs).max() ?? 0
      #expect(error <= 2e-3 * size + 1e-7 * Float(norm), "\(name): \(entry.name)")
    }
  }

  @Test(arguments: all.indices)
  func `The loss is the sum of what is reported, in nats a frame`(_ index: Int) {
    let (name, configuration) = Self.all[index]
    let trainer = trainer(configuration)
    for _ in 0..<3 {
      let step = trainer.step(bytes(8))
      let terms = step.terms.reduce(Float(0)) { $0 + $1.weight * $1.value }
      let sum = configuration.objective.importanceSamples > 1 ? terms : step.reconstruction + terms
      #expect(abs(step.loss - sum) < 1e-5 * abs(sum), "\(name)")
      #expect(step.kl >= 0, "\(name)")
    }
  }

  /// AntixK/PyTorch-VAE, issues 11 to 95: sums here and means there.
  @Test func `A batch of the same frames twice has the same loss`() {
    for (name, configuration) in Self.all where configuration.objective.divergence != .decomposed {
      guard configuration.objective.mmdWeight == 0 else { continue }
      let trainer = trainer(configuration)
      let frames = Tensor(bytes(4).map { Float($0) / 255 }, shape: [4] + Self.shape)
      let samples = configuration.objective.importanceSamples
      var stream = RandomStream(seed: 1)
      let noise = Tensor(normal: [4 * samples, 3], stream: &stream)
      let losses = [1, 2].map { times in
        trainer.model.meanLoss(
          of: .concatenated(Array(repeating: frames, count: times), axis: 0),
          noise: .concatenated(Array(repeating: noise, count: times), axis: 0)
        ).scalar
      }
      #expect(abs(losses[0] - losses[1]) < 1e-5 * abs(losses[0]), "\(name)")
    }
  }

  @Test func `Curves have every term's numbers, and World Models' the same three as ever`() {
    let names = Dictionary(
      uniqueKeysWithValues: Self.all.map { name, configuration in
        let step = trainer(configuration).step(bytes(8))
        let metrics = configuration.metrics(of: step, elements: 240)
        #expect(metrics.allSatisfy { $0.value.isFinite }, "\(name)")
        return (name, metrics.map(\.name).map { $0.replacing("vision/", with: "") })
      })
    let base = ["reconstruction", "kl", "gradientNorm"]
    for name in ["sumOfSquares", "bernoulli", "gaussian", "categorical", "free bits, frame"] {
      #expect(names[name] == base)
    }
    #expect(names["gaussianLearned"] == base + ["sigma"])
    #expect(names["free bits, latent"] == base + ["effectiveKL"])
    #expect(names["cyclical"] == base + ["beta"])
    #expect(names["capacity"] == base + ["capacityGap"])
    #expect(names["target"] == base + ["beta"])
    #expect(
      names["decomposed"] == base + ["information", "totalCorrelation", "dimensionKL"])
    #expect(names["mmd"] == base + ["mmd"])
    #expect(names["importance"] == base + ["negativeBound", "effectiveSamples"])
    #expect(names["mmd, optimal"] == base + ["mmd", "sigma"])
  }

  @Test(arguments: all.indices)
  func `Training lowers the reconstruction`(_ index: Int) {
    let (name, configuration) = Self.all[index]
    let trainer = trainer(configuration)
    let first = trainer.step(bytes(8)).reconstruction
    for _ in 0..<40 { _ = trainer.step(bytes(8)) }
    #expect(trainer.step(bytes(8)).reconstruction < first, "\(name)")
    #expect(trainer.skipped == 0, "\(name)")
  }

  /// PyTorchLightning/lightning-bolts, issue 328: a weight of the divergence that nothing read.
  @Test func `Every setting of the objective changes what is trained`() {
    let changes: [(String, VisionConfiguration, (inout ObjectiveConfiguration) -> Void)] = [
      ("divergence", base(), { $0.divergence = .decomposed }),
      ("warmUpEvery", base { $0.warmUpSteps = 1 }, { $0.warmUpEvery = 2 }),
      ("freeBitsPer", base { $0.freeBits = 0.1 }, { $0.freeBitsPer = .latent }),
      (
        "freeBitsGroupSize",
        base { ($0.freeBits, $0.objective.freeBitsPer) = (0.1, .group) },
        { $0.freeBitsGroupSize = 3 }
      ),
      ("capacity", base(.capacity) { $0.objective.capacitySteps = 0 }, { $0.capacity = 0 }),
      ("capacityWeight", base(.capacity), { $0.capacityWeight = 3 }),
      (
        "capacitySteps",
        base(.capacity) { ($0.objective.capacity, $0.objective.capacitySteps) = (1, 0) },
        { $0.capacitySteps = 1000 }
      ),
      ("targetKL", base(.target), { $0.targetKL = 3 }),
      ("proportionalGain", base(.target), { $0.proportionalGain = 0.5 }),
      ("integralGain", base(.target), { $0.integralGain = 0.1 }),
      ("highestBeta", base(.target), { $0.highestBeta = 0.3 }),
      ("informationWeight", base(.decomposed), { $0.informationWeight = 4 }),
      ("correlationWeight", base(.decomposed), { $0.correlationWeight = 1 }),
      ("dimensionWeight", base(.decomposed), { $0.dimensionWeight = 3 }),
      ("mmdWeight", base(), { $0.mmdWeight = 10 }),
      ("importanceSamples", base(), { $0.importanceSamples = 2 }),
    ]
    let keys = Set(changes.map { $0.0 })
    #expect(keys == Set(ObjectiveConfiguration.settings.map(\.key)))
    for (key, before, change) in changes {
      var after = before
      change(&after.objective)
      let isRead = weights(before) != weights(after)
      #expect(isRead, "\(key)")
    }
  }

  private func base(
    _ divergence: VisionDivergence = .weighted,
    _ change: (inout VisionConfiguration) -> Void = { _ in }
  ) -> VisionConfiguration {
    var configuration = VisionConfiguration.small
    configuration.freeBits = 0
    configuration.objective.divergence = divergence
    change(&configuration)
    return configuration
  }

  private func weights(_ configuration: VisionConfiguration) -> [Float] {
    let trainer = trainer(configuration)
    for step in 0..<60 { _ = trainer.step(bytes(8, seed: UInt64(step))) }
    return trainer.model.flattenedParameters
  }

  @Test func `The controller holds V's divergence at the target`() {
    var configuration = base(.target)
    configuration.learningRate = 3e-3
    (configuration.likelihood, configuration.sigma) = (.gaussian, 0.1)
    (configuration.objective.targetKL, configuration.objective.integralGain) = (2.5, 0.02)
    let trainer = trainer(configuration)
    var last: [Float] = []
    for step in 0..<1500 {
      let kl = trainer.step(bytes(16, seed: UInt64(step))).kl
      if step >= 1400 { last.append(kl) }
    }
    #expect(abs(last.reduce(0, +) / 100 - 2.5) < 0.25, "\(last.reduce(0, +) / 100)")
  }

  @Test func `The capacity holds V's divergence`() {
    var configuration = base(.capacity)
    configuration.learningRate = 3e-3
    (configuration.objective.capacity, configuration.objective.capacitySteps) = (2, 300)
    configuration.objective.capacityWeight = 100
    let trainer = trainer(configuration)
    var last: [Float] = []
    for step in 0..<600 {
      let kl = trainer.step(bytes(16, seed: UInt64(step))).kl
      if step >= 500 { last.append(kl) }
    }
    #expect(abs(last.reduce(0, +) / 100 - 2) < 0.2, "\(last.reduce(0, +) / 100)")
  }

  @Test(arguments: [VisionLikelihood.gaussianLearned, .gaussianOptimal])
  func `A sigma that is no setting comes to the root of the mean squared error`(
    _ likelihood: VisionLikelihood
  ) throws {
    var configuration = base()
    configuration.likelihood = likelihood
    // A fast σ and slow weights.
    (configuration.learningRate, configuration.sigma) = (2e-2, 0.3)
    let trainer = trainer(configuration)
    var step = trainer.step(bytes(16))
    for _ in 0..<400 { step = trainer.step(bytes(16)) }
    let sigma = try #require(step.sigma)
    let squares = try #require(
      configuration.squaredError(reconstruction: step.reconstruction, elements: 240, sigma: sigma))
    let root = Float((squares / 240).squareRoot())
    #expect(abs(sigma / root - 1) < (likelihood == .gaussianOptimal ? 1e-3 : 0.2))
    // The model tells it; of the optimal one, that of the last batch.
    let told = try #require(trainer.model.sigma)
    #expect(abs(told / sigma - 1) < 0.05)
    #expect(FrozenVision(trainer.model).impliedSigma == told)
    #expect(configuration.impliedSigma == nil)
  }

  @Test func `A step that is skipped moves neither sigma nor the controller`() {
    var configuration = base(.target)
    configuration.likelihood = .gaussianOptimal
    let trainer = trainer(configuration)
    _ = trainer.step(bytes(4))
    let before = trainer.state()
    let step = trainer.step(noise: Tensor(repeating: 0.1, shape: [4, 3])) {
      Tensor(repeating: .nan, shape: [$0.count] + Self.shape)
    }
    #expect(step.skipped)
    let after = trainer.state()
    #expect(after.arrays == before.arrays)
  }

  @Test func `A state without the controller's numbers is refused`() {
    let trainer = trainer(base(.target))
    let before = trainer.state()
    #expect(throws: TrainerStateError.self) {
      try trainer.restore(self.trainer(base()).state())
    }
    #expect(trainer.state() == before)
  }

  @Test(arguments: [all[5].configuration, all[1].configuration, all[4].configuration])
  func `Frozen decoders draw what the likelihood expects`(_ configuration: VisionConfiguration) {
    let model = trainer(configuration).model
    var stream = RandomStream(seed: 2)
    let latents = Tensor(normal: [5, 3], stream: &stream)
    let exact = model.reconstruct(latents)
    #expect(exact.shape == [5] + Self.shape)
    let worst = zip(FrozenVision(model).decode(latents.scalars), exact.scalars)
      .map { abs(Float($0) - $1 * 255) }.max()
    #expect((worst ?? 1) < 0.51)
    let sample = model.sample(latents, stream: &stream)
    #expect(sample.shape == exact.shape)
    #expect(sample.scalars != exact.scalars)
  }

  @Test func `The bound of a frame rises with the samples, whatever the likelihood`() {
    for (name, configuration) in Self.all.prefix(6) {
      let trainer = trainer(configuration)
      for _ in 0..<20 { _ = trainer.step(bytes(8)) }
      let frames = Tensor(bytes(3).map { Float($0) / 255 }, shape: [3] + Self.shape)
      var stream = RandomStream(seed: 3)
      let means = [1, 50].map { samples in
        (0..<20).reduce(0.0) { sum, _ in
          sum
            + trainer.model.importanceWeightedBound(
              of: frames, samples: samples, stream: &stream
            ).bounds.reduce(0, +)
        }
      }
      #expect(means[0] < means[1], "\(name)")
    }
  }

  @Test func `Settings that do nothing beside others are refused`() {
    let problems = { (change: (inout VisionConfiguration) -> Void) in
      self.base(.weighted, change).furtherProblems().map(\.key)
    }
    #expect(problems { _ in } == [])
    #expect(Self.all.allSatisfy { $0.configuration.furtherProblems().isEmpty })
    #expect(VisionConfiguration().furtherProblems().isEmpty)
    #expect(
      problems { ($0.freeBits, $0.objective.divergence) = (0.5, .capacity) } == ["freeBits"])
    #expect(problems { ($0.freeBits, $0.objective.divergence) = (0.5, .target) } == ["freeBits"])
    #expect(problems { ($0.freeBits, $0.objective.importanceSamples) = (0.5, 2) } == ["freeBits"])
    #expect(
      problems { ($0.warmUpSteps, $0.objective.divergence) = (5, .target) } == ["warmUpSteps"])
    #expect(problems { $0.objective.warmUpEvery = 5 } == ["objective.warmUpEvery"])
    #expect(
      problems { ($0.warmUpSteps, $0.objective.warmUpEvery) = (5, 5) }
        == ["objective.warmUpEvery"])
    #expect(
      problems { ($0.objective.freeBitsPer, $0.objective.freeBitsGroupSize) = (.group, 2) }
        == ["objective.freeBitsGroupSize"])
    #expect(
      problems { ($0.objective.importanceSamples, $0.objective.mmdWeight) = (2, 1) }
        == ["objective.importanceSamples"])
    #expect(
      problems { ($0.objective.importanceSamples, $0.likelihood) = (2, .gaussianOptimal) }
        == ["objective.importanceSamples"])
    #expect(
      problems { ($0.objective.mmdWeight, $0.batchSize) = (2, 1) } == ["objective.mmdWeight"])
  }

  @Test func `A steady step with terms of the batch takes no memory from the system`() {
    withThreads(1) {
      for (name, configuration) in Self.all {
        let trainer = trainer(configuration)
        for _ in 0..<6 { _ = trainer.step(bytes(8)) }
        // Suites that run beside this one take memory too; a leak would take some at every step.
        let quiet = (0..<40).contains { _ in
          let before = TensorMemory.systemAllocations
          for _ in 0..<3 { _ = trainer.step(bytes(8)) }
          return TensorMemory.systemAllocations == before
        }
        #expect(quiet, "\(name)")
      }
    }
  }
}
