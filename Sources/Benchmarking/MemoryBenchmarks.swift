import Randomness
import WorldModels

extension Benchmark {
  /// M of World Models: trained, and dreaming.
  package static let memory: [Benchmark] =
    [memoryTraining(.init(), golden: .memory)] + [1, 64, 256].map(dreaming)

  /// Training of M, checked against golden losses first.
  package static func memoryTraining(
    _ configuration: MemoryConfiguration, golden: GoldenLoss
  ) -> Benchmark {
    let (count, length) = (configuration.batchSize, configuration.sequenceLength)
    return Benchmark(
      "memory.train", unit: "tokens/s",
      summary: "M's training step on \(count) sequences of \(length) steps, Adam included"
    ) { progress in
      let trainer = MemoryTrainer(configuration, seed: GoldenLoss.seed)
      let sequences = BenchmarkSequences(
        count: count, length: length, latentSize: configuration.latentSize,
        actions: configuration.actionSize, seed: GoldenLoss.seed)
      let step = {
        sequences.withBatch(count: count, length: length) { trainer.step($0).loss }
      }
      try golden.check("memory.train", progress, step: step)
      return BenchmarkWork(operationsPerItem: MatrixWork.train(trainer.model)) {
        _ = step()
        return Double(count * length)
      }
    }
  }
}

extension Benchmark {
  private static func dreaming(_ count: Int) -> Benchmark {
    Benchmark(
      "dream.step.\(count)", unit: "steps/s",
      summary: "the frozen M takes \(count) dream\(count == 1 ? "" : "s") one step on, and samples"
    ) { _ in
      let dream = Dream(count)
      return BenchmarkWork(operationsPerItem: dream.operationsPerStep) {
        for _ in 0..<dream.stepsTogether { dream.step() }
        return Double(count * dream.stepsTogether)
      }
    }
  }
}

/// Slots that dream with a fresh M: every step's latents are the next one's input.
private final class Dream {
  let operationsPerStep: Double
  /// Steps between two looks at the clock.
  let stepsTogether: Int
  private let memory: FrozenMemory
  private let state: FrozenMemory.State
  private var latents: [Float]
  private var actions: [Float]
  private var streams: [RandomStream]

  init(_ count: Int) {
    var stream = RandomStream(root: GoldenLoss.seed, name: "memory/weights")
    let configuration = MemoryConfiguration()
    let model = Memory(configuration, stream: &stream)
    operationsPerStep = MatrixWork.step(model)
    stepsTogether = max(1, 64 / count)
    memory = FrozenMemory(model)
    state = memory.makeState(slots: count)
    latents = [Float](repeating: 0, count: count * configuration.latentSize)
    actions = (0..<count * configuration.actionSize).map {
      $0 % configuration.actionSize == 0 ? 1 : 0
    }
    streams = (0..<count).map { RandomStream(root: GoldenLoss.seed, name: "benchmark/dream/\($0)") }
  }

  func step() {
    latents.withUnsafeMutableBufferPointer { latents in
      streams.withUnsafeMutableBufferPointer { streams in
        actions.withUnsafeBufferPointer { actions in
          memory.step(latents: latents, actions: actions, state: state, streams: streams)
        }
      }
    }
  }
}

extension BenchmarkSequences {
  func withBatch<Result>(
    count: Int, length: Int, _ body: (MemoryBatch) -> Result
  ) -> Result {
    inputs.withUnsafeBufferPointer { inputs in
      nextLatents.withUnsafeBufferPointer { nextLatents in
        body(MemoryBatch(count: count, length: length, inputs: inputs, nextLatents: nextLatents))
      }
    }
  }
}

extension MemoryConfiguration {
  /// Small enough for tests.
  package static var smallBenchmark: MemoryConfiguration {
    var configuration = MemoryConfiguration()
    (configuration.latentSize, configuration.hiddenSize, configuration.mixtures) = (4, 16, 3)
    (configuration.batchSize, configuration.sequenceLength) = (8, 12)
    configuration.learningRate = 1e-2
    return configuration
  }
}

extension GoldenLoss {
  /// M at World Models' sizes; printed by `python3 Benchmarks/peers/golden_losses.py`.
  package static let memory = GoldenLoss(first: 1.344431299, last: 1.071664754)
  /// M of `MemoryConfiguration.smallBenchmark`; printed beside.
  package static let smallMemory = GoldenLoss(first: 1.257176957, last: 0.572248255)
}
