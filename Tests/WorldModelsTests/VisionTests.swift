import EnvironmentKit
import Layers
import Randomness
import Tensors
import Testing
import WorldModels

@Suite struct VisionModelTests {
  @Test func `At World Models' size V has 4,348,547 parameters`() {
    var stream = RandomStream(seed: 0)
    #expect(Vision(VisionConfiguration(), stream: &stream).parameterCount == 4_348_547)
    var doom = VisionConfiguration()
    doom.latentSize = 64
    // World Models' table: the Doom model, of latent 64.
    #expect(Vision(doom, stream: &stream).parameterCount == 4_446_915)
  }

  @Test func `The sum of squares implies a sigma of 0.707`() {
    #expect(VisionConfiguration().impliedSigma == Float(0.5).squareRoot())
  }

  @Test func `The divergence's weight rises over the warm-up`() {
    var configuration = VisionConfiguration()
    configuration.warmUpSteps = 10
    configuration.beta = 2
    #expect([0, 5, 10, 11].map(configuration.beta(atStep:)) == [0, 1, 2, 2])
  }
}

@Suite(.serialized) struct VisionTrainerTests {
  @Test(arguments: [VisionConfiguration.small, .wide])
  func `Training gives the same bytes for 1, 2 and 4 threads`(_ configuration: VisionConfiguration)
  {
    let states = [1, 2, 4].map { threads in
      withThreads(threads) { trained(configuration, steps: 3, count: 13).state() }
    }
    #expect(states[0] == states[1])
    #expect(states[0] == states[2])
  }

  @Test func `A restored trainer goes on bit for bit`() throws {
    let whole = trained(steps: 4, count: 9)
    let half = trained(steps: 2, count: 9)
    let resumed = VisionTrainer(.small, seed: 7)
    try resumed.restore(half.state())
    train(resumed, steps: 2, count: 9)
    #expect(resumed.state() == whole.state())
  }

  @Test func `A state of another width is refused and changes nothing`() {
    var wide = VisionConfiguration.small
    wide.width = 5
    let trainer = VisionTrainer(.small, seed: 7)
    let before = trainer.state()
    #expect(throws: TrainerStateError.self) {
      try trainer.restore(VisionTrainer(wide, seed: 7).state())
    }
    #expect(trainer.state() == before)
  }

  @Test func `A step whose loss is not a number is skipped, counted and reported`() {
    let trainer = VisionTrainer(.small, seed: 7)
    train(trainer, steps: 1, count: 4)
    let before = trainer.model.flattenedParameters
    let noise = Tensor(repeating: 0.1, shape: [4, 3])
    let step = trainer.step(noise: noise) { Tensor(repeating: .nan, shape: [$0.count, 64, 64, 3]) }
    #expect(step.skipped)
    #expect(trainer.skipped == 1)
    #expect(trainer.model.flattenedParameters == before)
    train(trainer, steps: 1, count: 4)
    #expect(trainer.skipped == 1)
    #expect(trainer.model.flattenedParameters != before)
  }

  @Test(arguments: VisionLikelihood.fitting(.pictures))
  func `Training lowers the loss under every likelihood`(_ likelihood: VisionLikelihood) {
    var configuration = VisionConfiguration.small
    configuration.likelihood = likelihood
    let trainer = VisionTrainer(configuration, seed: 7)
    let losses = train(trainer, steps: 12, count: 8).map(\.loss)
    #expect(losses.allSatisfy { $0.isFinite })
    #expect(losses[11] < losses[0])
  }

  @Test func `A steady step takes no memory from the system`() {
    withThreads(1) {
      let trainer = trained(steps: 3, count: 8)
      // Suites that run beside this one take memory too; a leak would take some at every step.
      let quiet = (0..<40).contains { _ in
        let before = TensorMemory.systemAllocations
        train(trainer, steps: 3, count: 8)
        return TensorMemory.systemAllocations == before
      }
      #expect(quiet)
    }
  }

  @Test func `A step whose gradient explodes is skipped`() {
    var configuration = VisionConfiguration.small
    configuration.gradientSkipMultiple = 50
    let trainer = VisionTrainer(configuration, seed: 7)
    train(trainer, steps: 101, count: 4)
    #expect(trainer.skipped == 0)
    let noise = Tensor(repeating: 0.1, shape: [4, 3])
    let step = trainer.step(noise: noise) {
      Tensor(repeating: 1000, shape: [$0.count, 64, 64, 3])
    }
    #expect(step.skipped && step.loss.isFinite && step.gradientNorm.isFinite)
    #expect(trainer.skipped == 1)
  }

  @Test func `Clipping bounds the step by the gradient's norm`() {
    var configuration = VisionConfiguration.small
    configuration.gradientClipNorm = 1e-9
    let clipped = VisionTrainer(configuration, seed: 7)
    let before = clipped.model.flattenedParameters
    let step = train(clipped, steps: 1, count: 4)[0]
    #expect(step.gradientNorm > 1)
    // Gradients of 1e-9 in all are below Adam's epsilon of 1e-8: parameters move by less than a
    // tenth of the learning rate, where without the bound they would move by all of it.
    let moved = zip(clipped.model.flattenedParameters, before).map { abs($0 - $1) }.max() ?? 1
    #expect(moved < 0.1 * configuration.learningRate)
  }

  private func trained(
    _ configuration: VisionConfiguration = .small, steps: Int, count: Int
  ) -> VisionTrainer {
    let trainer = VisionTrainer(configuration, seed: 7)
    train(trainer, steps: steps, count: count)
    return trainer
  }

  @discardableResult
  private func train(_ trainer: VisionTrainer, steps: Int, count: Int) -> [VisionStep] {
    (0..<steps).map { _ in
      testFrames(count, seed: UInt64(trainer.step)).withUnsafeBufferPointer {
        trainer.step($0, count: count)
      }
    }
  }
}

extension VisionConfiguration {
  /// Fast, and of sizes that no vector width divides.
  static var small: VisionConfiguration {
    var configuration = VisionConfiguration()
    configuration.width = 3
    configuration.latentSize = 3
    configuration.learningRate = 1e-3
    return configuration
  }

  /// Wide enough for the kernels that World Models' own width takes.
  static var wide: VisionConfiguration {
    var configuration = small
    configuration.width = 16
    return configuration
  }
}
