import Files

/// How the divergence from the prior enters V's loss.
public enum VisionDivergence: String, Codable, Hashable, Sendable, CaseIterable {
  /// beta · KL, with free bits.
  case weighted
  /// capacityWeight · |KL − capacity|.
  case capacity
  /// beta · KL, beta set so that KL comes to targetKL.
  case target
  /// beta · (information, total correlation and divergence of each latent, each with its weight).
  case decomposed
}

/// What free bits are given to.
public enum FreeBitsShare: String, Codable, Hashable, Sendable, CaseIterable {
  /// The sum over all latents of each frame.
  case sample
  /// The batch's mean of each group of neighbouring latents.
  case group
  /// The batch's mean of each latent.
  case latent
}

/// The terms of V's loss beside the reconstruction; `beta`, `freeBits` and `warmUpSteps` stand beside it.
public struct ObjectiveConfiguration: Codable, Hashable, Sendable {
  /// How the divergence enters.
  public var divergence = VisionDivergence.weighted
  /// Steps after which the warm-up begins anew; 0 for never.
  public var warmUpEvery = 0
  /// What free bits are given to.
  public var freeBitsPer = FreeBitsShare.sample
  /// Latents of a group.
  public var freeBitsGroupSize = 1
  /// Nats that the latents shall carry at last, under `capacity`.
  public var capacity: Float = 25
  /// Weight of the distance from the capacity.
  public var capacityWeight: Float = 10
  /// Steps over which the capacity rises from 0.
  public var capacitySteps = 10_000
  /// Nats that the divergence is brought to, under `target`.
  public var targetKL: Float = 16
  /// What the excess over the target adds to beta at once, at most.
  public var proportionalGain: Float = 0.01
  /// What each nat of excess adds to beta in a step.
  public var integralGain: Float = 0.001
  /// The greatest beta, under `target`.
  public var highestBeta: Float = 100
  /// Weight of what latents tell about their frame, under `decomposed`.
  public var informationWeight: Float = 1
  /// Weight of what latents tell about each other.
  public var correlationWeight: Float = 6
  /// Weight of each latent's own distance from the prior.
  public var dimensionWeight: Float = 1
  /// Weight of the maximum mean discrepancy; 0 for none.
  public var mmdWeight: Float = 0
  /// Latents drawn for each frame; beyond 1 the importance-weighted bound is trained.
  public var importanceSamples = 1

  /// World Models' objective: beta · KL with free bits a frame.
  public init() {}
}

extension ObjectiveConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<ObjectiveConfiguration>] {
    divergenceSettings + controlSettings + batchSettings
  }

  private static var divergenceSettings: [Setting<ObjectiveConfiguration>] {
    [
      Setting("divergence", \.divergence, "How the KL divergence enters the loss."),
      Setting(
        "warmUpEvery", \.warmUpEvery, 0...100_000_000,
        "Steps after which the warm-up begins anew, more than warmUpSteps; 0 for never."),
      Setting(
        "freeBitsPer", \.freeBitsPer,
        "What free bits are given to: each frame's sum, or the batch's mean of groups of latents or of each."
      ),
      Setting(
        "freeBitsGroupSize", \.freeBitsGroupSize, 1...4096,
        "Neighbouring latents, or codes, of a group; divides their number."),
      Setting(
        "capacity", \.capacity, atLeast: 0, "Nats that latents are held to carry under capacity."),
      Setting(
        "capacityWeight", \.capacityWeight, above: 0,
        "Weight of the distance of the batch's mean KL from the capacity."),
      Setting(
        "capacitySteps", \.capacitySteps, 0...100_000_000,
        "Steps over which the capacity rises from 0."),
    ]
  }

  private static var controlSettings: [Setting<ObjectiveConfiguration>] {
    [
      Setting(
        "targetKL", \.targetKL, above: 0,
        "Nats that the KL is brought to under target; beta is where the weight starts."),
      Setting(
        "proportionalGain", \.proportionalGain, atLeast: 0,
        "What a KL beyond the target adds to its weight at once, at most."),
      Setting(
        "integralGain", \.integralGain, above: 0,
        "What each nat beyond the target adds to the weight in every step."),
      Setting("highestBeta", \.highestBeta, above: 0, "The greatest weight under target."),
    ]
  }

  private static var batchSettings: [Setting<ObjectiveConfiguration>] {
    [
      Setting(
        "informationWeight", \.informationWeight, atLeast: 0,
        "Under decomposed, weight of what latents tell about their frame."),
      Setting(
        "correlationWeight", \.correlationWeight, atLeast: 0,
        "Under decomposed, weight of what latents tell about each other."),
      Setting(
        "dimensionWeight", \.dimensionWeight, atLeast: 0,
        "Under decomposed, weight of each latent's own distance from the prior."),
      Setting(
        "mmdWeight", \.mmdWeight, atLeast: 0,
        "Weight of the maximum mean discrepancy of the batch's latents from the prior; 0 for none."),
      Setting(
        "importanceSamples", \.importanceSamples, 1...10_000,
        "Latents drawn for each frame; more than 1 train the importance-weighted bound."),
    ]
  }
}

extension VisionConfiguration {
  /// Settings that have no effect or no meaning beside others.
  public func furtherProblems() -> [SettingProblem] {
    var problems: [SettingProblem] = []
    func refuse(_ isWrong: Bool, _ key: String, _ cause: String, _ remedy: String) {
      if isWrong { problems.append(SettingProblem(key, cause, remedy)) }
    }
    let divergence = objective.divergence
    let takesWarmUp = divergence == .weighted || divergence == .decomposed
    let isWeighted = divergence == .weighted && objective.importanceSamples == 1
    let kind =
      objective.importanceSamples > 1 ? "objective.importanceSamples" : divergence.rawValue
    refuse(
      objective.warmUpEvery > 0 && (objective.warmUpEvery <= warmUpSteps || warmUpSteps == 0),
      "objective.warmUpEvery", "a cycle of \(objective.warmUpEvery) with a rise of \(warmUpSteps)",
      "give warmUpSteps above 0 and warmUpEvery above it")
    refuse(
      warmUpSteps > 0 && !takesWarmUp, "warmUpSteps", "there is no warm-up under \(kind)", "give 0")
    refuse(
      freeBits > 0 && !isWeighted,
      "freeBits", "there are no free bits under \(kind)", "give 0")
    refuse(
      objective.freeBitsPer == .group && !latentParts.isMultiple(of: objective.freeBitsGroupSize),
      "objective.freeBitsGroupSize",
      "\(objective.freeBitsGroupSize) does not divide \(latentParts) latents", "give a divisor")
    return problems + samplingProblems() + latentProblems()
  }

  private func samplingProblems() -> [SettingProblem] {
    var problems: [SettingProblem] = []
    if objective.mmdWeight > 0 && batchSize < 2 {
      problems.append(
        SettingProblem("objective.mmdWeight", "a batch of one frame has no pairs", "give 0"))
    }
    guard objective.importanceSamples > 1 else { return problems }
    let one = "give objective.importanceSamples=1"
    if objective.divergence != .weighted || objective.mmdWeight > 0 {
      problems.append(
        SettingProblem(
          "objective.importanceSamples",
          "the bound of several samples has no divergence apart", one))
    }
    if movingWeight > 0 {
      problems.append(
        SettingProblem(
          "movingWeight", "the bound of several samples weighs all pixels alike", "give 0"))
    }
    if likelihood == .gaussianOptimal {
      problems.append(
        SettingProblem(
          "objective.importanceSamples", "gaussianOptimal knows one sample a frame only", one))
    }
    return problems
  }
}
