import Randomness
import WorldModels

extension Benchmark {
  /// M of World Models: trained.
  static let memory: [Benchmark] = [memoryTraining(.init(), golden: .memory)]

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

extension BenchmarkSequences {
  fileprivate func withBatch<Result>(
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
