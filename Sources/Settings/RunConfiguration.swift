import Controllers
import Datasets
import EnvironmentKit
import Files
import Foundation
import WorldModels

/// Everything that decides the result of a run.
///
/// Defaults stand at the properties; presets are values (`Presets.swift`); files and `--set` are laid
/// over them by `ConfigurationOverlay`. The resolved configuration is saved with the run.
public struct RunConfiguration: Sendable {
  /// The world's id.
  public var world = "TakeCover"
  /// The preset that the values started from.
  public var preset = "quick"
  /// The root seed: every random number of the run is drawn from streams split off it.
  public var seed = 1
  /// The passes of the loop, and how much each of them does.
  public var loop = LoopConfiguration()
  /// How frames are collected.
  public var collect = CollectConfiguration()
  /// Where frames come from when an autoencoder is trained on them alone.
  public var data = DataConfiguration()
  /// The world model: its kind with that kind's settings.
  public var model: any WorldModelSettings = MixtureMemorySettings()
  /// What the agent sees.
  public var agent = AgentConfiguration()
  /// The dream that a learner may learn in.
  public var dream = DreamSettings()
  /// The learner: its kind with that kind's settings.
  public var learner: any LearnerSettings = EvolutionSettings()
  /// How policies are compared at the end.
  public var evaluate = EvaluateConfiguration()
  /// Where learning curves go.
  public var metrics = MetricsConfiguration()

  /// The defaults.
  public init() {}
}

/// The loop: collect, fit the model, improve the policy; again and again.
public struct LoopConfiguration: Codable, Hashable, Sendable {
  /// How often the loop is gone through.
  public var passes = 1
  /// Frames that the first pass collects at least; the last episode is kept whole.
  public var frames = 20_000
  /// Frames that each later pass adds.
  public var laterFrames = 30_000
  /// Steps that each part of the model takes in a pass; 0 for what the model's own settings say.
  public var modelSteps = 0
  /// Improvements that the learner makes in a pass; 0 for what its own settings say.
  public var learnerSteps = 0
  /// Whether each pass trains a new policy, as World Models does, or goes on with the one before.
  public var newLearner = true
  /// Passes from one checkpoint to the next; longer stages save within a pass as well.
  public var checkpointEvery = 1

  /// The defaults.
  public init() {}

  /// Whether one policy goes through so many passes that each is but a step of one training.
  package var hasShortPasses: Bool { !newLearner && passes >= Self.manyPasses }

  private static let manyPasses = 20

  /// Frames that the data set has at least after a pass, counted from 1.
  package func frames(afterPass pass: Int) -> Int { frames + (pass - 1) * laterFrames }
}

/// What the agent sees.
public struct AgentConfiguration: Codable, Hashable, Sendable {
  /// How the world is observed: what the model takes, and what is collected.
  public var observation = ObservationKind.pixels64
  /// The model's features that the agent is shown, in order.
  public var input = ["latent"]

  /// The defaults.
  public init() {}
}

/// How policies are compared at the end.
public struct EvaluateConfiguration: Codable, Hashable, Sendable {
  /// Episodes a policy plays.
  public var episodes = 200
  /// The seed of the first episode; the others follow.
  ///
  /// Training draws its seeds above 2³², never these.
  public var firstSeed = 10_000

  /// The defaults.
  public init() {}

  /// The seeds that a policy plays, one after the other.
  ///
  /// - Parameter count: how many; `episodes` where none is given.
  public func seeds(_ count: Int? = nil) -> [UInt64] {
    (0..<(count ?? episodes)).map { UInt64(firstSeed + $0) }
  }
}

/// Where learning curves go besides checkpoints.
public struct MetricsConfiguration: Codable, Hashable, Sendable {
  /// The kinds of files there are.
  package static let kinds = ["jsonl", "tensorboard"]

  /// Kinds of files: `jsonl` is `metrics.jsonl`, `tensorboard` an event file for TensorBoard.
  public var sinks = ["jsonl"]

  /// The defaults.
  public init() {}
}

extension RunConfiguration {
  /// Which episodes of the run's data set are trained on, and which are held out.
  package func split(_ dataset: EpisodeDataset) -> DatasetSplit {
    DatasetSplit(dataset, heldOutEvery: collect.heldOutEvery)
  }
}

extension RunConfiguration: Encodable, Equatable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case world, preset, seed, loop, collect, data, model, agent, dream, learner, evaluate, metrics
  }

  /// Writes every value, those of the kinds at hand included.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(world, forKey: .world)
    try container.encode(preset, forKey: .preset)
    try container.encode(seed, forKey: .seed)
    try container.encode(loop, forKey: .loop)
    try container.encode(collect, forKey: .collect)
    try container.encode(data, forKey: .data)
    try container.encode(model, forKey: .model)
    try container.encode(agent, forKey: .agent)
    try container.encode(dream, forKey: .dream)
    try container.encode(learner, forKey: .learner)
    try container.encode(evaluate, forKey: .evaluate)
    try container.encode(metrics, forKey: .metrics)
  }

  /// Whether two configurations are saved alike.
  public static func == (a: RunConfiguration, b: RunConfiguration) -> Bool {
    guard let left = try? a.yaml, let right = try? b.yaml else { return false }
    return left == right
  }

  /// The configuration as it is saved.
  public var yaml: String {
    get throws {
      "# The resolved configuration of this run: every value, defaults included.\n"
        + (try ConfigurationOverlay(self).yaml)
    }
  }

  /// Every value in words, by dotted key, in the order in which they are saved.
  package var settingValues: [(name: String, value: String)] {
    get throws { try ConfigurationOverlay(self).values }
  }
}
