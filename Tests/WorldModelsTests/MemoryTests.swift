import EnvironmentKit
import Layers
import OneDNN
import Randomness
import Tensors
import Testing
import WorldModels

@Suite struct MemoryModelTests {
  @Test func `At World Models' sizes M has 422,368 and 1,678,785 parameters`() {
    var stream = RandomStream(seed: 0)
    #expect(Memory(MemoryConfiguration(), stream: &stream).parameterCount == 422_368)
    var doom = MemoryConfiguration()
    (doom.latentSize, doom.actionSize, doom.hiddenSize) = (64, 1, 512)
    (doom.takesRestart, doom.predictsTermination) = (true, true)
    #expect(Memory(doom, stream: &stream).parameterCount == 1_678_785)
  }

  @Test func `One mixture of all dimensions has a logit a component`() {
    var configuration = MemoryConfiguration()
    configuration.sharesMixture = true
    configuration.predictsReward = true
    #expect(configuration.outputSize == 5 + 2 * 5 * 32 + 1)
  }
}

@Suite(.serialized) struct MemoryTrainerTests {
  @Test func `Training gives the same bytes for 1, 2 and 4 threads`() {
    let states = [1, 2, 4].map { threads in
      withThreads(threads) { trained(.full, steps: 3).state() }
    }
    #expect(states[0] == states[1])
    #expect(states[0] == states[2])
  }

  @Test func `A restored trainer goes on bit for bit`() throws {
    let whole = trained(.full, steps: 4)
    let half = trained(.full, steps: 2)
    let resumed = MemoryTrainer(.full, seed: 7)
    try resumed.restore(half.state())
    train(resumed, steps: 2)
    #expect(resumed.state() == whole.state())
  }

  @Test func `A state of another size is refused and changes nothing`() {
    let trainer = MemoryTrainer(.full, seed: 7)
    let before = trainer.state()
    #expect(throws: TrainerStateError.self) {
      try trainer.restore(MemoryTrainer(.small, seed: 7).state())
    }
    #expect(trainer.state() == before)
  }

  @Test func `A step whose loss is not a number is skipped, counted and reported`() {
    let trainer = trained(.small, steps: 1)
    let before = trainer.model.flattenedParameters
    var sequences = TestSequences(.small, count: 4, length: 3)
    sequences.inputs[5] = .nan
    let step = trainer.step(sequences)
    #expect(step.skipped && trainer.skipped == 1)
    #expect(trainer.model.flattenedParameters == before)
    train(trainer, steps: 1)
    #expect(trainer.skipped == 1)
    #expect(trainer.model.flattenedParameters != before)
  }

  @Test(arguments: [MemoryConfiguration.small, .full, .shared])
  func `Training lowers every term of the loss`(_ configuration: MemoryConfiguration) {
    let trainer = MemoryTrainer(configuration, seed: 7)
    let sequences = TestSequences(configuration, count: 6, length: 9)
    let steps = (0..<60).map { _ in trainer.step(sequences) }
    #expect(steps.allSatisfy { $0.loss.isFinite && !$0.skipped })
    #expect(steps[59].nats < steps[0].nats - 0.1)
    if configuration.predictsReward { #expect(steps[59].reward < steps[0].reward) }
    if configuration.predictsTermination {
      #expect(steps[59].termination < steps[0].termination)
    }
  }

  @Test func `A steady step takes no memory from the system and makes no primitive`() {
    withThreads(1) {
      let trainer = trained(.full, steps: 3)
      // Suites that run beside this one take memory too; a leak would take some at every step.
      let quiet = (0..<40).contains { _ in
        let before = TensorMemory.systemAllocations + PrimitiveCount.created
        train(trainer, steps: 3)
        return TensorMemory.systemAllocations + PrimitiveCount.created == before
      }
      #expect(quiet)
    }
  }

  @Test func `Clipping bounds every element of the gradient`() {
    var configuration = MemoryConfiguration.small
    configuration.gradientClipValue = 1e-10
    let trainer = MemoryTrainer(configuration, seed: 7)
    let before = trainer.model.flattenedParameters
    let step = train(trainer, steps: 1)[0]
    #expect(step.gradientNorm > 0.01)
    // Gradients of 1e-10 are a hundredth of Adam's epsilon: a hundredth of the learning rate.
    let moved = zip(trainer.model.flattenedParameters, before).map { abs($0 - $1) }.max() ?? 1
    #expect(moved < 0.02 * configuration.learningRate)
  }

  @Test func `Padding has no influence, whatever it holds`() {
    let steps = [Float(0), 1e6].map { padding in
      let trainer = MemoryTrainer(.full, seed: 7)
      var sequences = TestSequences(.full, count: 5, length: 6)
      sequences.pad(from: 4, with: padding)
      return (trainer.step(sequences), trainer.state())
    }
    #expect(steps[0].0 == steps[1].0)
    #expect(steps[0].1 == steps[1].1)
  }

  @Test func `Episodes in one sequence, parted by a restart, train as sequences of their own`() {
    let sequences = TestSequences(.small, count: 4, length: 6)
    let joined = MemoryTrainer(.small, seed: 7)
    var restarted = sequences
    restarted.restart(at: 3)
    let parted = MemoryTrainer(.small, seed: 7)
    let (first, second) = (joined.step(restarted), parted.step(sequences.cut(at: 3)))
    // The same sums in another order.
    #expect(abs(first.loss - second.loss) < 1e-6 * abs(second.loss))
    #expect(abs(first.gradientNorm - second.gradientNorm) < 1e-5 * second.gradientNorm)
    let whole = MemoryTrainer(.small, seed: 7).step(sequences)
    #expect(abs(whole.loss - first.loss) > 1e-4 * abs(first.loss))
  }

  @Test func `A carried state goes on where the last step ended`() {
    let sequences = TestSequences(.small, count: 5, length: 8)
    var configuration = MemoryConfiguration.small
    configuration.learningRate = 0
    let whole = MemoryTrainer(configuration, seed: 7).step(sequences)
    let trainer = MemoryTrainer(configuration, seed: 7)
    var state = MemoryState(count: 5, hiddenSize: configuration.hiddenSize)
    let steps = [0..<4, 4..<8].map { times in
      sequences.part(times).withBatch { trainer.step($0, carrying: &state) }
    }
    #expect(abs((steps[0].nats + steps[1].nats) / 2 - whole.nats) < 1e-5)
    #expect(state.hidden.contains { $0 != 0 })
  }

  private func trained(_ configuration: MemoryConfiguration, steps: Int) -> MemoryTrainer {
    let trainer = MemoryTrainer(configuration, seed: 7)
    train(trainer, steps: steps)
    return trainer
  }

  @discardableResult
  private func train(_ trainer: MemoryTrainer, steps: Int) -> [MemoryStep] {
    (0..<steps).map { _ in
      var sequences = TestSequences(
        trainer.configuration, count: 13, length: 7, seed: UInt64(trainer.step))
      sequences.restart(at: 3)
      return trainer.step(sequences)
    }
  }
}

extension MemoryTrainer {
  func step(_ sequences: TestSequences) -> MemoryStep {
    sequences.withBatch { step($0) }
  }
}

extension MemoryConfiguration {
  /// Fast, and of sizes that no vector width divides.
  static var small: MemoryConfiguration {
    var configuration = MemoryConfiguration()
    (configuration.latentSize, configuration.actionSize) = (3, 2)
    (configuration.hiddenSize, configuration.mixtures) = (19, 3)
    configuration.learningRate = 1e-2
    return configuration
  }

  /// With every input and output that there is.
  static var full: MemoryConfiguration {
    var configuration = small
    (configuration.takesRestart, configuration.predictsReward) = (true, true)
    configuration.predictsTermination = true
    configuration.hiddenSize = 33
    return configuration
  }

  /// One mixture of all dimensions.
  static var shared: MemoryConfiguration {
    var configuration = full
    configuration.sharesMixture = true
    return configuration
  }
}
