import Datasets
import Randomness
import Tensors
import WorldModels

extension Benchmark {
  /// V of fully connected layers on pictures of 28×28: trained by one sample and by fifty, and judged.
  package static let autoencoder: [Benchmark] = [
    denseTraining(
      "autoencoder.mlp", count: 128, samples: 1,
      "a training step of the preset mnist on a batch of 128, drawn as zeros and ones, Adam included"
    ),
    denseTraining(
      "autoencoder.iwae", count: 20, samples: 50,
      "the same on a batch of 20 with the importance-weighted bound of 50 samples"),
    bound(samples: 5_000),
  ]

  private static func denseTraining(
    _ name: String, count: Int, samples: Int, _ summary: String
  ) -> Benchmark {
    Benchmark(name, unit: "frames/s", summary: summary) { _ in
      var configuration = VisionConfiguration.digits
      configuration.batchSize = count
      configuration.objective.importanceSamples = samples
      let trainer = VisionTrainer(configuration, format: digits, seed: GoldenLoss.seed)
      let frames = digitFrames(count)
      let work = MatrixWork.train(trainer.model, samples: samples)
      return BenchmarkWork(operationsPerItem: work) {
        _ = frames.withUnsafeBufferPointer { trainer.step($0, count: count) }
        return Double(count)
      }
    }
  }

  private static func bound(samples: Int) -> Benchmark {
    Benchmark(
      "autoencoder.bound", unit: "samples/s",
      summary: "log p of a frame by \(samples) samples, weighted by importance"
    ) { _ in
      var stream = RandomStream(root: GoldenLoss.seed, name: "vision/weights")
      let model = Vision(.digits, format: digits, stream: &stream)
      let frame = Tensor(digitFrames(1).map { $0 > 127 ? 1 : 0 }, shape: [1] + digits.shape)
      return BenchmarkWork(operationsPerItem: MatrixWork.decode(model)) {
        _ = model.importanceWeightedBound(of: frame, samples: samples, stream: &stream)
        return Double(samples)
      }
    }
  }

  private static let digits = FrameFormat(shape: [28, 28, 1])

  /// Four of five pixels 0, the others of any grey.
  private static func digitFrames(_ count: Int) -> [UInt8] {
    var stream = RandomStream(root: GoldenLoss.seed, name: "benchmark/digits")
    return (0..<count * digits.count).map { _ in
      stream.random() < 0.2 ? UInt8(stream.integers(in: 0..<256)) : 0
    }
  }
}

extension VisionConfiguration {
  /// That of the preset mnist.
  fileprivate static var digits: VisionConfiguration {
    var configuration = VisionConfiguration()
    (configuration.network, configuration.hiddenSizes) = (.dense, [200, 200])
    (configuration.latentSize, configuration.likelihood) = (50, .bernoulli)
    (configuration.binarises, configuration.freeBits) = (true, 0)
    (configuration.learningRate, configuration.batchSize) = (1e-3, 128)
    return configuration
  }
}
