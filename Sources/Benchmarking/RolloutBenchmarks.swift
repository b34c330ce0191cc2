import Controllers
import EnvironmentKit
import Experiments
import Randomness
import WorldModels

extension Benchmark {
  /// What a run does beside training: episodes collected, and played by C on latents.
  ///
  /// - Parameter entry: the world played; nil where the catalogue has none that shows pictures.
  package static func rollouts(in entry: CatalogEntry?) -> [Benchmark] {
    guard let entry else { return [] }
    return [collecting(entry), rollingOut(entry)]
  }

  private static let slots = 64

  private static func collecting(_ entry: CatalogEntry) -> Benchmark {
    let slots = 16
    return Benchmark(
      "collect", unit: "frames/s",
      summary: "whole episodes of \(slots) \(entry.id) worlds with the varied random policy"
    ) { _ in
      let policy = VariedRandomPolicy<UInt8>(
        collectingFrom: GoldenLoss.seed, holdMaximum: 10)
      let player = EpisodePlayer(entry.batch(.pixels64, count: slots), policy: policy)
      // The same episodes every time: equal work.
      let requests = (0..<slots).map {
        EpisodeRequest.collected($0, rootSeed: GoldenLoss.seed)
      }
      return BenchmarkWork {
        Double(try player.record(requests).reduce(0) { $0 + $1.steps })
      }
    }
  }

  private static func rollingOut(_ entry: CatalogEntry) -> Benchmark {
    Benchmark(
      "rollout", unit: "steps/s",
      summary: "C on the latents of \(slots) \(entry.id) worlds: step, draw, encode, act"
    ) { _ in
      var stream = RandomStream(root: GoldenLoss.seed, name: "vision/weights")
      let vision = Vision(VisionConfiguration(), stream: &stream)
      let latents = try LatentEnvironments(
        entry.batch(.pixels64, count: slots), through: AutoencoderModel(FrozenVision(vision)))
      let runner = EpisodeRunner<Float>(latents, zero: 0)
      let policy = try controller(for: latents)
      let episodes = (0..<slots).map { EpisodeRequest(seed: UInt64($0)) }
      return BenchmarkWork {
        let played = try runner.run(episodes, policy: policy, maximumSteps: 8)
        return Double(played.reduce(0) { $0 + $1.length })
      }
    }
  }

  /// A linear controller with small random parameters.
  private static func controller(
    for batch: any EnvironmentBatch<Float>
  ) throws -> ControllerPolicy {
    var settings = ControllerConfiguration()
    settings.hiddenUnits = 0
    let shape = try ControllerShape(
      settings, observation: batch.observationSpace, actions: batch.actionSpace)
    let policy = ControllerPolicy(shape)
    var stream = RandomStream(root: GoldenLoss.seed, name: "benchmark/controller")
    policy.load((0..<shape.parameterCount).map { _ in 0.1 * stream.standardNormal() })
    return policy
  }
}
