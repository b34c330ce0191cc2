import Controllers
import EnvironmentKit
import WorldModels

/// The policies that are compared, in the order of the tables.
public enum ComparedPolicy: String, CaseIterable, Sendable {
  /// Each action held 1–10 steps.
  case random
  /// The action of doing nothing, always.
  case stay
  /// The best of the world's periodic policies without eyes, on these very seeds.
  case blind
  /// A rule on the true facts.
  case facts
  /// The trained controller on the latents.
  case trained
  /// The trained controller, fed the latents of another episode.
  case shuffledLatents

  /// What the policy is called in tables.
  public var title: String {
    switch self {
    case .random: "random (actions held 1–10 steps)"
    case .stay: "stay"
    case .blind: "best blind periodic policy"
    case .facts: "rule on the true facts"
    case .trained: "trained controller"
    case .shuffledLatents: "trained, latents of another episode"
    }
  }
}

/// Plays the compared policies on given seeds.
package struct PolicyComparison {
  private static let slots = 128

  private let entry: CatalogEntry
  private let observation: ObservationKind
  private let seeds: [UInt64]

  /// Compares in a world.
  ///
  /// - Parameters:
  ///   - observation: how the trained policy's model sees the world.
  ///   - seeds: one episode each.
  package init(entry: CatalogEntry, observation: ObservationKind, seeds: [UInt64]) {
    (self.entry, self.observation, self.seeds) = (entry, observation, seeds)
  }

  /// Plays a policy without a model; nil where the world has none of its kind.
  package func baseline(_ policy: ComparedPolicy) throws -> PolicyScores? {
    let baselines = Baselines(entry, seeds: seeds)
    switch policy {
    case .random: return PolicyScores(policy, try baselines.random())
    case .stay: return try baselines.stay().map { PolicyScores(policy, $0) }
    case .facts: return try baselines.rule().map { PolicyScores(policy, $0) }
    case .blind:
      let all = try baselines.blind().map { PolicyScores(policy, $0.results, note: $0.policy.name) }
      return all.max { $0.mean < $1.mean }
    case .trained, .shuffledLatents: return nil
    }
  }

  /// Plays the trained policy, seeing or fed another episode's latents.
  ///
  /// - Parameters:
  ///   - see: the world as the policy is shown it.
  ///   - maximumSteps: length at which an episode is cut off; nil leaves it to the world.
  package func controller(
    _ policy: ComparedPolicy, _ actor: some Policy<Float>, maximumSteps: Int?,
    seeing see: (any EnvironmentBatch<UInt8>) throws -> any EnvironmentBatch<Float>,
    onStep: @escaping () -> Void
  ) throws -> PolicyScores {
    let world = makeBatch()
    let seen =
      policy == .shuffledLatents ? OtherEpisodeEnvironments(world, seeing: makeBatch()) : world
    let runner = EpisodeRunner<Float>(try see(seen))
    runner.onStep = { _ in onStep() }
    let results = try runner.evaluate(actor, seeds: seeds, maximumSteps: maximumSteps)
    return PolicyScores(policy, results)
  }

  private func makeBatch() -> any EnvironmentBatch<UInt8> {
    entry.batch(observation, count: min(Self.slots, seeds.count))
  }
}

/// What one policy reached on every seed.
package struct PolicyScores {
  package let policy: ComparedPolicy
  /// Which of several it was, such as the blind policy's name.
  package let note: String
  package let results: [EpisodeResult]

  package init(_ policy: ComparedPolicy, _ results: [EpisodeResult], note: String = "") {
    self.policy = policy
    self.note = note
    self.results = results
  }

  /// Mean return.
  package var mean: Double {
    results.reduce(0) { $0 + $1.episodeReturn } / Double(max(1, results.count))
  }

  /// Share of episodes with a positive return.
  package var successRate: Double {
    Double(results.count { $0.episodeReturn > 0 }) / Double(max(1, results.count))
  }
}
