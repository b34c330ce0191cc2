import Randomness
import WorldModels

extension Benchmark {
  /// V of World Models: trained, and used frozen.
  package static let vision: [Benchmark] =
    [visionTraining(.benchmark, golden: .vision)] + [1, 16, 64].map(encoding)
    + [1, 16].map(decoding)

  /// Training of V, checked against golden losses first.
  package static func visionTraining(
    _ configuration: VisionConfiguration, golden: GoldenLoss
  ) -> Benchmark {
    Benchmark(
      "vision.train", unit: "frames/s",
      summary:
        "V's training step on a batch of \(configuration.batchSize) uint8 frames, Adam included"
    ) { progress in
      let count = configuration.batchSize
      let trainer = VisionTrainer(configuration, seed: GoldenLoss.seed)
      let frames = BenchmarkFrames.make(count: count, seed: GoldenLoss.seed)
      let step = { frames.withUnsafeBufferPointer { trainer.step($0, count: count) }.loss }
      try golden.check("vision.train", progress, step: step)
      return BenchmarkWork(operationsPerItem: MatrixWork.train(trainer.model)) {
        _ = step()
        return Double(count)
      }
    }
  }

  private static func encoding(_ count: Int) -> Benchmark {
    Benchmark(
      "vision.encode.\(count)", unit: "frames/s",
      summary: "mean latents of \(count) uint8 frame\(count == 1 ? "" : "s") by the frozen V"
    ) { _ in
      let model = freshModel()
      let frozen = FrozenVision(model)
      let frames = BenchmarkFrames.make(count: count, seed: GoldenLoss.seed)
      var means = [Float](repeating: 0, count: count * frozen.latentSize)
      return BenchmarkWork(operationsPerItem: MatrixWork.encode(model)) {
        frames.withUnsafeBufferPointer { frames in
          means.withUnsafeMutableBufferPointer { frozen.encode(frames, count: count, mean: $0) }
        }
        return Double(count)
      }
    }
  }

  private static func decoding(_ count: Int) -> Benchmark {
    Benchmark(
      "vision.decode.\(count)", unit: "frames/s",
      summary: "\(count) latent\(count == 1 ? "" : "s") to uint8 frames by the frozen V"
    ) { _ in
      let model = freshModel()
      let frozen = FrozenVision(model)
      var stream = RandomStream(root: GoldenLoss.seed, name: "benchmark/latents")
      let latents = (0..<count * frozen.latentSize).map { _ in Float(stream.standardNormal()) }
      var frames = [UInt8](repeating: 0, count: count * frozen.frameBytes)
      return BenchmarkWork(operationsPerItem: MatrixWork.decode(model)) {
        latents.withUnsafeBufferPointer { latents in
          frames.withUnsafeMutableBufferPointer { frozen.decode(latents, count: count, into: $0) }
        }
        return Double(count)
      }
    }
  }

  private static func freshModel() -> Vision {
    var stream = RandomStream(root: GoldenLoss.seed, name: "vision/weights")
    return Vision(VisionConfiguration(), stream: &stream)
  }
}

extension VisionConfiguration {
  /// World Models', with a rate at which twenty steps lead past the free nats.
  fileprivate static var benchmark: VisionConfiguration {
    var configuration = VisionConfiguration()
    configuration.learningRate = 3e-4
    return configuration
  }

  /// Small enough for tests: every term of the loss has a gradient.
  package static var smallBenchmark: VisionConfiguration {
    var configuration = VisionConfiguration()
    (configuration.width, configuration.latentSize, configuration.batchSize) = (4, 8, 12)
    (configuration.freeBits, configuration.learningRate) = (0, 1e-2)
    return configuration
  }
}

extension GoldenLoss {
  /// V at World Models' sizes; printed by `python3 Benchmarks/peers/golden_losses.py`.
  package static let vision = GoldenLoss(first: 1600.301894349, last: 1128.219877597)
  /// V of `VisionConfiguration.smallBenchmark`; printed beside.
  package static let smallVision = GoldenLoss(first: 1379.924594110, last: 920.034306581)
}
