import Randomness
import Threads

/// The mean return of one policy that learnt nothing.
public struct BaselineFigure: Hashable, Sendable {
  /// The policy.
  public let name: String
  /// Mean return of an episode.
  public let mean: Double
  /// Standard error of the mean.
  public let standardError: Double
  /// Episodes measured.
  public let episodes: Int

  /// Creates the figure of measured returns.
  ///
  /// - Precondition: at least two returns.
  public init(_ name: String, returns: [Double]) {
    precondition(returns.count >= 2, "BaselineFigure \(name): \(returns.count) returns; give 2")
    let count = Double(returns.count)
    let mean = returns.reduce(0, +) / count
    let squares = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.name = name
    self.mean = mean
    standardError = (squares / (count - 1) / count).squareRoot()
    episodes = returns.count
  }
}

/// What policies without learning reach in a world: what a trained agent is to be measured by.
public struct BaselineFigures: Hashable, Sendable {
  /// Uniform actions, each held for 1 to 10 steps.
  public let random: BaselineFigure
  /// Doing nothing, where the world has such an action.
  public let stay: BaselineFigure?
  /// The catalogue's policies without eyes, best first.
  public let blind: [BaselineFigure]
  /// The catalogue's rule on the true facts, where there is one.
  public let rule: BaselineFigure?

  /// Measures the baselines of a world on the same seeds; the result depends on nothing else.
  ///
  /// - Parameters:
  ///   - entry: a world of discrete actions.
  ///   - seeds: one episode each, at least two.
  /// - Throws: the error of a world that fails.
  public static func measure(_ entry: CatalogEntry, seeds: Range<UInt64>) throws
    -> BaselineFigures
  {
    let runner = BaselineRunner(entry: entry, seeds: seeds)
    let blind = try entry.blindPolicies.map { policy in
      try runner.figure(policy.name) { _, _ in { step, _ in policy.action(at: step) } }
    }
    return BaselineFigures(
      random: try runner.figure("random, held 1-10 steps", heldRandom),
      stay: try entry.stayAction.map { action in
        try runner.figure("stay") { _, _ in { _, _ in action } }
      },
      blind: blind.enumerated().sorted {
        ($1.element.mean, $0.offset) < ($0.element.mean, $1.offset)
      }
      .map(\.element),
      rule: try entry.factsPolicy.map { policy in
        try runner.figure("rule on the facts") { _, _ in { _, facts in policy(facts) } }
      })
  }

  /// A line for every figure, for people: name, mean, standard error, multiple of random.
  public var lines: [String] {
    let best = blind.first.map { [("best of \(blind.count) blind: \($0.name)", $0)] } ?? []
    let named =
      [(random.name, random)] + (stay.map { [($0.name, $0)] } ?? [])
      + best + (rule.map { [($0.name, $0)] } ?? [])
    return named.map { name, figure in
      "\(name): \(Self.tenths(figure.mean)) ± \(Self.tenths(figure.standardError)) over "
        + "\(figure.episodes) episodes, \(Self.tenths(figure.mean / random.mean)) × random"
    }
  }

  private static func tenths(_ value: Double) -> String {
    "\((value * 10).rounded() / 10)"
  }

  /// A policy of one episode: uniform actions, each held for 1 to 10 steps.
  private static func heldRandom(_ seed: UInt64, _ actions: Int) -> EpisodePolicy {
    var stream = RandomStream(root: seed, name: "baseline/random")
    var (action, left): (Int32, Int) = (0, 0)
    return { _, _ in
      if left == 0 {
        action = Int32(stream.integers(in: 0..<actions))
        left = stream.integers(in: 1..<11)
      }
      left -= 1
      return action
    }
  }
}

/// Chooses the action of a step from its number in the episode and the facts.
private typealias EpisodePolicy = (Int, UnsafeBufferPointer<Float>) -> Int32

/// Plays one episode a seed, in chunks on the thread pool, without drawing.
private struct BaselineRunner {
  let entry: CatalogEntry
  let seeds: Range<UInt64>
  /// Episodes played by one thread at a time.
  private static let chunk = 16

  func figure(_ name: String, _ policy: (UInt64, Int) -> EpisodePolicy) throws -> BaselineFigure {
    var returns = [Double](repeating: 0, count: seeds.count)
    let firstError = FirstError()
    returns.withUnsafeMutableBufferPointer { buffer in
      let results = buffer
      parallelFor((seeds.count + Self.chunk - 1) / Self.chunk) { index in
        let first = index * Self.chunk
        for episode in first..<min(seeds.count, first + Self.chunk) {
          let seed = seeds.lowerBound + UInt64(episode)
          do {
            results[episode] = try play(seed, policy(seed, entry.actions.count))
          } catch {
            firstError.report(described(error, seed), episode)
          }
        }
      }
    }
    if let error = firstError.error { throw error }
    return BaselineFigure(name, returns: returns)
  }

  private func described(_ error: any Error, _ seed: UInt64) -> EnvironmentError {
    error as? EnvironmentError
      ?? EnvironmentError(
        operation: "measure baselines", place: "\(entry.id), seed \(seed)", cause: "\(error)",
        remedy: "mend the world")
  }

  /// One episode's return.
  private func play(_ seed: UInt64, _ policy: EpisodePolicy) throws -> Double {
    let batch = entry.batch(entry.observations[0], count: 1, observes: false)
    let buffers = batch.makeBuffers()
    let facts = UnsafeMutableBufferPointer<Float>.allocate(
      capacity: batch.specification.facts.count)
    let action = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 1)
    defer {
      facts.deallocate()
      action.deallocate()
    }
    try batch.reset(seeds: [seed], mask: nil, into: buffers)
    var (total, step) = (0.0, 0)
    while !buffers.terminated[0] && !buffers.truncated[0] {
      batch.facts(of: 0, into: facts)
      action[0] = policy(step, UnsafeBufferPointer(facts))
      try batch.step(.indices(UnsafeBufferPointer(action)), active: nil, into: buffers)
      total += Double(buffers.rewards[0])
      step += 1
    }
    return total
  }
}
