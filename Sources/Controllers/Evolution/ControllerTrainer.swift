import EnvironmentKit
import Randomness

/// Trains a controller by CMA-ES, a generation a call.
///
/// In a generation every candidate plays the same seeds; its loss is the negative mean return plus
/// `l2` times its mean squared parameter. Every `evaluationInterval` generations, and after the
/// last, the distribution's mean plays fresh seeds. The controller finally chosen, `chosen`, is the
/// evaluated mean of the greatest mean return, the latest of equals.
///
/// All randomness is named by generation (`controller/generation/G`, `controller/cmaes/G`,
/// `controller/evaluation/G`), so that a saved trainer goes on bit for bit.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018), appendix A.4.
public struct ControllerTrainer: Hashable, Sendable {
  /// An evaluated mean.
  public struct Evaluated: Hashable, Sendable {
    /// The parameters.
    public var parameters: [Double]
    /// Their mean return on fresh seeds.
    public var meanReturn: Double
    /// The generation after which it was evaluated.
    public var generation: Int
  }

  /// How it trains.
  public let configuration: ControllerConfiguration
  /// What it trains.
  public let shape: ControllerShape
  /// The fixed standardisation of the inputs.
  public let scaling: InputScaling
  /// The root seed of the run.
  public let rootSeed: UInt64
  /// The search distribution.
  public internal(set) var search: CMAES
  /// Environment steps taken so far.
  public internal(set) var environmentSteps = 0
  /// The best evaluated mean so far.
  public internal(set) var bestEvaluated: Evaluated?

  /// Generations done.
  public var generation: Int { search.generation }
  /// Whether all generations are done.
  public var isFinished: Bool { generation >= configuration.generations }
  /// The controller to use: the best evaluated mean; before any evaluation, the current mean.
  public var chosen: [Double] { bestEvaluated?.parameters ?? search.mean }

  /// Starts a training at parameters 0.
  ///
  /// - Parameters:
  ///   - configuration: how to train.
  ///   - shape: what to train.
  ///   - scaling: the fixed standardisation of the inputs; nil for none.
  ///   - rootSeed: the root seed of the run.
  public init(
    _ configuration: ControllerConfiguration, shape: ControllerShape,
    scaling: InputScaling? = nil, rootSeed: UInt64
  ) {
    self.configuration = configuration
    self.shape = shape
    let scaling = scaling ?? .identity(shape.inputCount)
    precondition(
      scaling.mean.count == shape.inputCount,
      "ControllerTrainer: a scaling of \(scaling.mean.count) inputs for \(shape.inputCount)")
    self.scaling = scaling
    self.rootSeed = rootSeed
    search = CMAES(
      mean: [Double](repeating: 0, count: shape.parameterCount), sigma: configuration.sigma,
      populationSize: configuration.populationSize)
  }

  /// A policy that plays given parameters, `chosen` where none are given.
  public func policy(_ parameters: [Double]? = nil) -> ControllerPolicy {
    let policy = ControllerPolicy(shape, scaling: scaling)
    policy.load(parameters ?? chosen)
    return policy
  }

  /// Forgets how means did: `chosen` is the present one until another is evaluated.
  public mutating func forgetEvaluations() { bestEvaluated = nil }

  /// Trains one generation.
  ///
  /// - Parameters:
  ///   - runner: the environments to play in; any number of slots gives the same result.
  ///   - isLast: whether the mean is evaluated in any case, as after the last generation.
  /// - Throws: what the environments throw, or a search gone wrong; the trainer is then as before.
  public mutating func trainGeneration(
    on runner: EpisodeRunner<Float>, isLast: Bool = false
  ) throws -> GenerationReport {
    let before = runner.environmentSteps
    var next = self
    let number = generation + 1
    var stream = RandomStream(root: rootSeed, name: "controller/cmaes/\(number)")
    let candidates = search.ask(using: &stream)
    let returns = try play(candidates, number, runner)
    try next.search.tell(candidates, losses(candidates, returns))
    let evaluation = try next.evaluateWhenDue(runner, isLast: isLast)
    let steps = runner.environmentSteps - before
    next.environmentSteps += steps
    self = next
    return report(returns, steps: steps, evaluation)
  }

  /// The mean return of every candidate over the generation's seeds.
  private func play(
    _ candidates: Population, _ number: Int, _ runner: EpisodeRunner<Float>
  ) throws -> [Double] {
    let seeds = seeds("controller/generation/\(number)", configuration.episodesPerCandidate)
    let policy = ControllerPolicy(shape, scaling: scaling)
    policy.load(candidates)
    let results = try runner.evaluate(
      candidates: candidates.count, of: policy, seeds: seeds, maximumSteps: maximumSteps)
    return results.map(Self.meanReturn)
  }

  private func losses(_ candidates: Population, _ returns: [Double]) -> [Double] {
    returns.indices.map { candidate in
      let squares = candidates[candidate].reduce(0) { $0 + $1 * $1 }
      return configuration.l2 * squares / Double(candidates.dimension) - returns[candidate]
    }
  }

  private mutating func evaluateWhenDue(
    _ runner: EpisodeRunner<Float>, isLast: Bool
  ) throws -> MeanEvaluation? {
    guard generation.isMultiple(of: configuration.evaluationInterval) || isFinished || isLast else {
      return nil
    }
    let seeds = seeds("controller/evaluation/\(generation)", configuration.evaluationEpisodes)
    let results = try runner.evaluate(
      policy(search.mean), seeds: seeds, maximumSteps: maximumSteps)
    let mean = Self.meanReturn(results)
    let isBest = mean >= bestEvaluated?.meanReturn ?? -.infinity
    if isBest {
      bestEvaluated = Evaluated(
        parameters: search.mean, meanReturn: mean, generation: generation)
    }
    let length = Double(results.reduce(0) { $0 + $1.length }) / Double(results.count)
    return MeanEvaluation(
      generation: generation, meanReturn: mean, meanLength: length, episodes: results.count,
      isBest: isBest)
  }

  private func report(_ returns: [Double], steps: Int, _ evaluation: MeanEvaluation?)
    -> GenerationReport
  {
    let mean = returns.reduce(0, +) / Double(returns.count)
    let variance = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count)
    return GenerationReport(
      generation: generation, best: returns.max() ?? mean, mean: mean,
      standardDeviation: variance.squareRoot(), worst: returns.min() ?? mean, steps: steps,
      sigma: search.sigma, evaluation: evaluation)
  }

  private var maximumSteps: Int? {
    configuration.maximumSteps > 0 ? configuration.maximumSteps : nil
  }

  private func seeds(_ name: String, _ count: Int) -> [UInt64] {
    var stream = RandomStream(root: rootSeed, name: name)
    return (0..<count).map { _ in stream.nextUInt64() }
  }

  private static func meanReturn(_ results: [EpisodeResult]) -> Double {
    results.reduce(0) { $0 + $1.episodeReturn } / Double(results.count)
  }
}
