import EnvironmentKit
import Files

/// How an actor's outputs become an action when it is not learning.
public enum ActorReadout: String, Hashable, Sendable, Codable, CaseIterable {
  /// Drawn, as while it learns: from the episode's own stream `policy/controller`.
  case sampled
  /// The likeliest.
  case greatest
}

/// Proximal policy optimisation as a kind of learner: `learner: {kind: ppo, …}`.
///
/// - SeeAlso: J. Schulman et al., "Proximal Policy Optimization Algorithms" (2017); S. Huang et al., "The 37
///   Implementation Details of Proximal Policy Optimization" (2022).
public struct PPOSettings: LearnerSettings, Hashable {
  /// The kind's name.
  public static let kindName = "ppo"
  /// The kind's name.
  public var kind: String = Self.kindName
  /// Where it learns.
  public var place = LearningPlace.world
  /// Steps of a training, over all environments.
  public var environmentSteps = 1_000_000
  /// Environments that are stepped together.
  public var environments = 16
  /// Steps of each environment from one update to the next.
  public var horizon = 128
  /// How often an update goes through its steps.
  public var epochs = 4
  /// Steps of a minibatch.
  public var minibatch = 256
  /// The optimiser's step size.
  public var learningRate = 1e-3
  /// Whether the step size falls to 0 along the training.
  public var annealsLearningRate = true
  /// The share of the training after which it begins to fall.
  public var annealingStart = 0.0
  /// γ: what a reward is worth a step later.
  public var discount = 0.99
  /// λ of generalised advantage estimation.
  public var advantageDecay = 0.95
  /// A change of an action's probability counts as long as their ratio lies within 1 ± this.
  public var clip = 0.2
  /// Weight of the entropy.
  public var entropyWeight = 0.01
  /// Weight of the value's squared error.
  public var valueWeight = 0.5
  /// Greatest norm of the gradient, to which a longer one is scaled down; 0 for none.
  public var gradientNorm = 0.5
  /// Divergence from the policy that acted, in nats, beyond which an update ends early; 0 for never.
  public var divergenceLimit = 0.0
  /// Whether advantages are standardised within each minibatch.
  public var standardisesAdvantages = true
  /// Widths of the hidden layers.
  public var hiddenSizes = [64, 64]
  /// Whether actor and critic share them.
  public var sharesLayers = false
  /// Channels of convolutions before these layers, shared by both; empty for none.
  public var convolutions: [Int] = []
  /// Places that a kernel of theirs sees across and down.
  public var convolutionKernel = 4
  /// Places from one kernel to the next.
  public var convolutionStride = 2
  /// Units of a long short-term memory behind these layers; 0 for none.
  public var memoryUnits = 0
  /// Whether what is seen is standardised by running means and deviations.
  public var normalisesObservations = false
  /// Whether rewards are divided by the running deviation of discounted returns.
  public var scalesRewards = false
  /// How its outputs become an action when it is not learning.
  public var readout = ActorReadout.sampled
  /// Steps at which an episode is cut off; 0 leaves it to the world.
  public var maximumSteps = 0
  /// Updates from one checkpoint to the next.
  public var checkpointEvery = 50
  /// Parts of a minibatch, for threads.
  public var microbatches = 4
  /// Bonuses for what is new.
  public var exploration = ExplorationSettings()

  /// The defaults.
  public init() {}

  /// Updates.
  public var steps: Int {
    let each = environments * horizon
    return max(1, (environmentSteps + each - 1) / each)
  }
  /// The environments.
  public var slots: Int { environments }

  /// Sequences of a minibatch, where something is remembered.
  var sequences: Int { min(environments, max(1, minibatch / horizon)) }

  /// Steps of each environment in an update: fewer in the last one, so that all together are those of the
  /// training.
  func horizon(ofUpdate update: Int) -> Int {
    guard update == steps - 1 else { return horizon }
    return max(1, (environmentSteps - update * environments * horizon) / environments)
  }
}

extension PPOSettings {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<PPOSettings>] {
    [
      Setting("kind", \.kind, "ppo", "The kind of learner.") { $0.kind == Self.kindName },
      Setting("in", \.place, "Where it learns: in the world, or in the model's dream of it."),
      Setting(
        "environmentSteps", \.environmentSteps, 1...1_000_000_000_000,
        "Steps of a training, over all environments."),
      Setting(
        "environments", \.environments, 1...65_536, "Environments that are stepped together."),
      Setting(
        "horizon", \.horizon, 1...65_536,
        "Steps of each environment from one update to the next."),
      Setting("epochs", \.epochs, 1...1000, "How often an update goes through its steps."),
      Setting("minibatch", \.minibatch, 2...16_777_216, "Steps of a minibatch."),
      Setting("learningRate", \.learningRate, above: 0, "The optimiser's step size."),
      Setting(
        "annealsLearningRate", \.annealsLearningRate,
        "Whether the step size falls to 0 along the training."),
      Setting(
        "annealingStart", \.annealingStart, 0...1,
        "Where the step size falls: the share of the training after which it begins to."),
      Setting("discount", \.discount, 0...1, "γ: what a reward is worth a step later."),
      Setting(
        "advantageDecay", \.advantageDecay, 0...1, "λ of generalised advantage estimation."),
      Setting(
        "clip", \.clip, above: 0,
        "A change of an action's probability counts as long as their ratio lies within 1 ± this."),
      Setting("entropyWeight", \.entropyWeight, atLeast: 0, "Weight of the entropy."),
      Setting("valueWeight", \.valueWeight, atLeast: 0, "Weight of the value's squared error."),
      Setting(
        "gradientNorm", \.gradientNorm, atLeast: 0,
        "Greatest norm of the gradient, to which a longer one is scaled down; 0 for none."),
      Setting(
        "divergenceLimit", \.divergenceLimit, atLeast: 0,
        "Divergence from the policy that acted, in nats, beyond which an update ends early; 0 for never."
      ),
      Setting(
        "standardisesAdvantages", \.standardisesAdvantages,
        "Whether advantages are standardised within each minibatch."),
      Setting(
        "hiddenSizes", \.hiddenSizes, "up to 8 widths, each 1 to 4096",
        "Widths of the hidden layers."
      ) { $0.hiddenSizes.count <= 8 && $0.hiddenSizes.allSatisfy { (1...4096).contains($0) } },
      Setting("sharesLayers", \.sharesLayers, "Whether actor and critic share them."),
      Setting(
        "convolutions", \.convolutions, "up to 6 widths, each 1 to 1024",
        "Channels of convolutions before these layers, shared by both; empty for none."
      ) { $0.convolutions.count <= 6 && $0.convolutions.allSatisfy { (1...1024).contains($0) } },
      Setting(
        "convolutionKernel", \.convolutionKernel, 1...16,
        "Places that a kernel of theirs sees across and down."),
      Setting(
        "convolutionStride", \.convolutionStride, 1...16, "Places from one kernel to the next."),
      Setting(
        "memoryUnits", \.memoryUnits, "0, or a multiple of 16 up to 4096",
        "Units of a long short-term memory behind these layers, shared by both; 0 for none."
      ) { (0...4096).contains($0.memoryUnits) && $0.memoryUnits.isMultiple(of: 16) },
      Setting(
        "normalisesObservations", \.normalisesObservations,
        "Whether what is seen is standardised by running means and deviations."),
      Setting(
        "scalesRewards", \.scalesRewards,
        "Whether rewards are divided by the running deviation of discounted returns."),
      Setting(
        "readout", \.readout, "How its outputs become an action when it is not learning."),
      Setting(
        "maximumSteps", \.maximumSteps, 0...100_000_000,
        "Steps at which an episode is cut off; 0 leaves it to the world."),
      Setting(
        "checkpointEvery", \.checkpointEvery, 1...1_000_000,
        "Updates from one checkpoint to the next."),
      Setting("microbatches", \.microbatches, 1...64, "Parts of a minibatch, for threads."),
    ] + ExplorationSettings.settings.map { $0.within(\.exploration, prefix: "exploration.") }
  }

  private enum CodingKeys: String, CodingKey {
    case kind
    case place = "in"
    case environmentSteps, environments, horizon, epochs, minibatch
    case learningRate, annealsLearningRate, annealingStart, discount, advantageDecay
    case clip, entropyWeight, valueWeight, gradientNorm, divergenceLimit, standardisesAdvantages
    case hiddenSizes, sharesLayers, convolutions, convolutionKernel, convolutionStride
    case memoryUnits, normalisesObservations, scalesRewards
    case readout, maximumSteps, checkpointEvery, microbatches, exploration
  }

  /// A memory without layers before it, convolutions of what they cannot see, and bonuses that nothing here tells.
  public func furtherProblems(in room: LearnerRoom) -> [SettingProblem] {
    networkProblems(in: room)
      + exploration.furtherProblems(in: room, place: place).map {
        SettingProblem("exploration." + $0.key, $0.cause, $0.remedy)
      }
  }

  private func networkProblems(in room: LearnerRoom) -> [SettingProblem] {
    if memoryUnits > 0, hiddenSizes.isEmpty {
      return [
        SettingProblem(
          "hiddenSizes", "a memory stands behind layers, and there are none",
          "give one width or more, or set learner.memoryUnits=0")
      ]
    }
    guard !convolutions.isEmpty else { return [] }
    guard memoryUnits == 0 else {
      return [
        SettingProblem(
          "convolutions", "there is a memory, which reads rows",
          "set learner.convolutions=[] or learner.memoryUnits=0")
      ]
    }
    let frame = room.observation.frameShape
    guard seenShape(frame) == nil else { return [] }
    return [
      SettingProblem(
        "convolutions", "\(convolutions.count) of them cannot see \(frame)",
        "give fewer, [] for none, or another agent.observation")
    ]
  }

  /// What is seen between two updates, and the networks.
  public func memoryNeeds(in room: LearnerRoom) -> [MemoryNeed] {
    let steps = Double(environments) * Double(horizon)
    return [
      MemoryNeed(
        "environments", "the steps between two updates",
        bytes: steps * Double(room.observation.count + 16) * (exploration.isOn ? 8 : 4),
        remedy: "lower learner.environments or learner.horizon"),
      networkNeed(room),
    ]
  }

  /// Copies of the parameters beside one gradient per microbatch: measured at layers and memories of 4,096 units.
  private static let parameterCopies = 9.5

  private func networkNeed(_ room: LearnerRoom) -> MemoryNeed {
    let seen = seenShape(room.observation.frameShape)
    let inputs = convolutions.isEmpty ? room.observation.count : seen?.reduce(1, *) ?? 0
    let layers = zip([inputs] + hiddenSizes, hiddenSizes).reduce(0.0) {
      $0 + Double($1.0 + 1) * Double($1.1)
    }
    let units = Double(memoryUnits)
    let memory = 4 * units * (Double(hiddenSizes.last ?? 0) + units + 1)
    let kernels = zip(convolutions, convolutions.dropFirst()).reduce(0.0) {
      $0 + Double(convolutionKernel * convolutionKernel) * Double($1.0) * Double($1.1)
    }
    let parameters = (sharesLayers || memoryUnits > 0 ? 1 : 2) * layers + memory + kernels
    let key =
      memoryUnits > 0 ? "memoryUnits" : convolutions.isEmpty ? "hiddenSizes" : "convolutions"
    return MemoryNeed(
      key, "actor and critic",
      bytes: 4 * parameters * (Self.parameterCopies + Double(microbatches)),
      remedy: "lower learner.\(key) or learner.microbatches")
  }

  /// A fresh learner.
  public func makeLearner(in room: LearnerRoom) throws -> any Learner { PPOLearner(self, in: room) }
}
