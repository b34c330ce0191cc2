import Controllers
import EnvironmentKit
import Foundation
import WorldModels

/// Everything that decides the result of a run.
///
/// Defaults stand at the properties; presets are values (`Presets.swift`); files and `--set` are laid
/// over them by `ConfigurationOverlay`. The resolved configuration is saved with the run.
public struct RunConfiguration: Codable, Hashable, Sendable {
  /// The world's id.
  public var world = "TakeCover"
  /// The preset that the values started from.
  public var preset = "quick"
  /// The root seed: every random number of the run is drawn from streams split off it.
  public var seed = 1
  /// How frames are collected.
  public var collect = CollectConfiguration()
  /// The autoencoder and its loss.
  public var vision = VisionConfiguration()
  /// How long the autoencoder is trained.
  public var visionTraining = VisionTrainingConfiguration()
  /// The memory and its loss; sizes of 0 follow the autoencoder and the world.
  public var memory = MemoryConfiguration.following
  /// How long the memory is trained.
  public var memoryTraining = MemoryTrainingConfiguration()
  /// What the controller sees and where it trains.
  public var agent = AgentConfiguration()
  /// The dream that the controller trains in.
  public var dream = DreamSettings()
  /// The controller and its evolution strategy.
  public var controller = ControllerConfiguration()
  /// Passes over collecting, V, M and C; each after the first collects with the controller before.
  public var iterations = 1
  /// The budgets of the passes after the first.
  public var refinement = RefinementConfiguration()
  /// How policies are compared at the end.
  public var evaluate = EvaluateConfiguration()

  /// The defaults.
  public init() {}
}

/// How frames are collected, with a varied random policy.
public struct CollectConfiguration: Codable, Hashable, Sendable {
  /// Frames to collect at least; the last episode is kept whole.
  public var frames = 20_000
  /// Each action is held for 1 to this many steps, drawn anew each time.
  public var holdMaximum = 10
  /// Every so many episodes one is held out from training, for probes and pictures.
  public var heldOutEvery = 8
  /// Frames a shard of the data set holds at least.
  public var shardFrames = 4096

  /// The defaults.
  public init() {}
}

/// How long the autoencoder is trained.
public struct VisionTrainingConfiguration: Codable, Hashable, Sendable {
  /// Gradient steps.
  public var steps = 2_000
  /// Share of `vision.learningRate` that the last step has; the rate falls along half a cosine.
  public var finalLearningRateShare = 0.05
  /// Steps between checkpoints, and between progress pictures.
  public var checkpointEvery = 100

  /// The defaults.
  public init() {}
}

/// How long the memory is trained.
public struct MemoryTrainingConfiguration: Codable, Hashable, Sendable {
  /// Gradient steps, each on `memory.batchSize` lanes of `memory.sequenceLength` steps.
  public var steps = 3_000
  /// Share of `memory.learningRate` that the last step has; the rate falls along half a cosine.
  public var finalLearningRateShare = 0.05
  /// Steps between checkpoints.
  public var checkpointEvery = 250

  /// The defaults.
  public init() {}
}

/// A learning rate that falls along half a cosine.
///
/// - SeeAlso: I. Loshchilov, F. Hutter, "SGDR" (2017), eq. 5, without restarts.
struct CosineFall {
  let steps: Int
  let finalShare: Double

  /// The share of the first step's rate at a step, counted from 0.
  func share(at step: Int) -> Double {
    let passed = Double(step) / Double(max(1, steps - 1))
    let fall = (1 + cos(Double.pi * min(1, passed))) / 2
    return finalShare + (1 - finalShare) * fall
  }
}

/// What the controller sees and how actions enter the memory.
public struct AgentConfiguration: Codable, Hashable, Sendable {
  /// What it sees: `z` the latent alone, `zh` with M's hidden state, `zch` with its cell as well.
  public var input = AgentInput.latent
  /// Which latent it is given: the mean of V's distribution or a sample of it.
  public var reading = LatentReading.mean
  /// How an action enters M.
  public var actionEncoding = ActionEncoding.oneHot

  /// The defaults.
  public init() {}
}

/// What each pass after the first adds: World Models' iterative training procedure.
public struct RefinementConfiguration: Codable, Hashable, Sendable {
  /// Frames that the controller collects.
  public var frames = 30_000
  /// The greatest share of steps that are left to held random actions; every episode draws its own.
  public var exploration = 0.2
  /// Further gradient steps of V.
  public var visionSteps = 1_000
  /// Further gradient steps of M.
  public var memorySteps = 2_000

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
}
