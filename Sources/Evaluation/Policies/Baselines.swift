import Controllers
import EnvironmentKit

/// A world's policies without learning, played on given seeds: what a trained agent is measured by.
public struct Baselines {
  /// Episodes played at a time: bounds the memory, never the result.
  private static let slots = 128

  private let entry: CatalogEntry
  private let seeds: [UInt64]

  /// Prepares to play.
  ///
  /// - Parameters:
  ///   - entry: a world of discrete actions.
  ///   - seeds: one episode each.
  public init(_ entry: CatalogEntry, seeds: [UInt64]) {
    self.entry = entry
    self.seeds = seeds
  }

  /// Uniform actions, each held for 1 to 10 steps.
  public func random() throws -> [EpisodeResult] { try play(HeldRandomPolicy<UInt8>()) }

  /// Doing nothing; nil where the world has no such action.
  public func stay() throws -> [EpisodeResult]? {
    guard let action = entry.stayAction else { return nil }
    return try play(CyclePolicy(always: action))
  }

  /// Every policy without eyes of the catalogue, in its order.
  public func blind() throws -> [(policy: BlindPolicy, results: [EpisodeResult])] {
    try entry.blindPolicies.map { ($0, try play(CyclePolicy($0))) }
  }

  /// The catalogue's rule on the true facts; nil where there is none.
  public func rule() throws -> [EpisodeResult]? {
    guard let rule = entry.factsPolicy else { return nil }
    return try play(FactsRulePolicy(rule))
  }

  /// Nobody looks, so nothing is drawn.
  private func play(_ policy: some Policy<UInt8>) throws -> [EpisodeResult] {
    let batch = entry.batch(
      entry.observations[0], count: min(Self.slots, seeds.count), observes: false)
    return try EpisodeRunner<UInt8>(batch).evaluate(policy, seeds: seeds)
  }
}

/// The mean return of one policy over some episodes.
public struct BaselineFigure: Hashable, Sendable {
  /// The policy.
  public let name: String
  /// Mean return of an episode.
  public let mean: Double
  /// Standard error of the mean.
  public let standardError: Double
  /// Episodes measured.
  public let episodes: Int

  /// Creates the figure of results.
  ///
  /// - Precondition: at least two results.
  package init(_ name: String, _ results: [EpisodeResult]) {
    precondition(results.count >= 2, "BaselineFigure \(name): \(results.count) results; give 2")
    let count = Double(results.count)
    let mean = results.reduce(0) { $0 + $1.episodeReturn } / count
    let squares = results.reduce(0) { sum, result in
      sum + (result.episodeReturn - mean) * (result.episodeReturn - mean)
    }
    self.name = name
    self.mean = mean
    standardError = (squares / (count - 1) / count).squareRoot()
    episodes = results.count
  }
}

/// What policies without learning reach in a world.
public struct BaselineFigures: Hashable, Sendable {
  /// Uniform actions, each held for 1 to 10 steps.
  public let random: BaselineFigure
  /// Doing nothing, where the world has such an action.
  public let stay: BaselineFigure?
  /// The catalogue's policies without eyes, best first, the earlier of equals first.
  public let blind: [BaselineFigure]
  /// The catalogue's rule on the true facts, where there is one.
  public let rule: BaselineFigure?

  /// Measures the baselines of a world on the same seeds; the result depends on nothing else.
  ///
  /// - Parameters:
  ///   - entry: a world of discrete actions.
  ///   - seeds: one episode each, at least two.
  /// - Throws: the error of a world that fails.
  public static func measure(_ entry: CatalogEntry, seeds: some Sequence<UInt64>) throws
    -> BaselineFigures
  {
    let baselines = Baselines(entry, seeds: Array(seeds))
    let blind = try baselines.blind().map { BaselineFigure($0.policy.name, $0.results) }
    return BaselineFigures(
      random: BaselineFigure("random, held 1-10 steps", try baselines.random()),
      stay: try baselines.stay().map { BaselineFigure("stay", $0) },
      blind: blind.enumerated()
        .sorted { ($1.element.mean, $0.offset) < ($0.element.mean, $1.offset) }.map(\.element),
      rule: try baselines.rule().map { BaselineFigure("rule on the facts", $0) })
  }

  /// A line for every figure, for people: name, mean, standard error, how it stands against random.
  public var lines: [String] {
    let best = blind.first.map { [("best of \(blind.count) blind: \($0.name)", $0)] } ?? []
    let named =
      [(random.name, random)] + (stay.map { [($0.name, $0)] } ?? [])
      + best + (rule.map { [($0.name, $0)] } ?? [])
    return named.map { name, figure in
      let multiple = against(figure)
      return "\(name): \(Self.rounded(figure.mean)) ± \(Self.rounded(figure.standardError)) over "
        + "\(figure.episodes) episodes\(multiple)"
    }
  }

  /// A multiple of random's mean where that is above 0 for sure, else the difference.
  private func against(_ figure: BaselineFigure) -> String {
    guard random.mean > 2 * random.standardError else {
      let difference = figure.mean - random.mean
      return ", \(difference < 0 ? "" : "+")\(Self.rounded(difference)) against random"
    }
    return ", \(Self.rounded(figure.mean / random.mean)) × random"
  }

  /// Two decimals.
  private static func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
