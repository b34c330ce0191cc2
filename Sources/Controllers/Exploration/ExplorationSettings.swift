import Files

/// What a learner gives itself a bonus for.
public enum ExplorationKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// Nothing.
  case none
  /// States that it seldom was in, counted exactly by the world's facts.
  case count
  /// What looks like little that it has seen, counted by hashes of what is seen.
  case hash
  /// Frames whose latents lie far from the autoencoder's prior.
  case kl
  /// Frames that the autoencoder holds unlikely.
  case elbo
  /// Frames that the memory did not foretell.
  case surprise
  /// What a network has not yet learned to say about what is seen.
  case rnd
  /// What is unlike all that the episode has shown.
  case episodic
  /// More new than where it came from, the first time in an episode.
  case noveld
  /// What is unlike what the episode has shown, in features that tell apart what actions lead to.
  case deir
}

/// What a bonus looks at, where it looks at rows of numbers.
public enum ExplorationInput: String, Hashable, Sendable, Codable, CaseIterable {
  /// What the policy sees.
  case observation
  /// The autoencoder's latent.
  case latent
}

/// Bonuses for what is new: `learner.exploration.…`.
public struct ExplorationSettings: Codable, Hashable, Sendable {
  /// What there is a bonus for.
  public var kind = ExplorationKind.none
  /// What it looks at.
  public var input = ExplorationInput.observation
  /// Weight of its advantages beside the task's.
  public var weight = 0.3
  /// Whether the weight falls to 0 along the training.
  public var annealsWeight = false
  /// γ of bonuses.
  public var discount = 0.99
  /// Whether bonuses of later episodes count for nothing.
  public var endsWithEpisode = false
  /// Whether bonuses are divided by the running deviation of their discounted returns.
  public var normalises = true
  /// Bits of a hash.
  public var hashBits = 32
  /// Nearest neighbours of an episode that count.
  public var neighbours = 10
  /// Widths of the hidden layers of what it learns.
  public var hiddenSizes = [128]
  /// Features that networks make of what is seen.
  public var features = 64
  /// The step size of what it learns.
  public var learningRate = 1e-3
  /// Share of an update's steps that it learns from.
  public var share = 1.0

  /// No bonus.
  public init() {}

  /// Whether there is a bonus.
  public var isOn: Bool { kind != .none }
}

extension ExplorationSettings: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<ExplorationSettings>] {
    [
      Setting("kind", \.kind, "What there is a bonus for."),
      Setting(
        "input", \.input,
        "What hash, rnd, episodic, noveld and deir look at: what the policy sees, or the autoencoder's latent."
      ),
      Setting(
        "weight", \.weight, above: 0, "Weight of a bonus's advantages beside the task's."),
      Setting(
        "annealsWeight", \.annealsWeight, "Whether the weight falls to 0 along the training."),
      Setting("discount", \.discount, 0...1, "γ: what a bonus is worth a step later."),
      Setting(
        "endsWithEpisode", \.endsWithEpisode,
        "Whether bonuses of later episodes count for nothing."),
      Setting(
        "normalises", \.normalises,
        "Whether bonuses are divided by the running deviation of their discounted returns."),
      Setting("hashBits", \.hashBits, 1...64, "Bits of a hash, for hash."),
      Setting(
        "neighbours", \.neighbours, 1...1000,
        "Nearest of what the episode has shown that count, for episodic."),
      Setting(
        "hiddenSizes", \.hiddenSizes, "up to 4 widths, each 1 to 4096",
        "Widths of the hidden layers of the networks of rnd, episodic, noveld and deir."
      ) { $0.hiddenSizes.count <= 4 && $0.hiddenSizes.allSatisfy { (1...4096).contains($0) } },
      Setting(
        "features", \.features, 1...4096, "Numbers that these networks make of what is seen."),
      Setting(
        "learningRate", \.learningRate, above: 0,
        "The step size of what rnd, noveld and deir learn."),
      Setting(
        "share", \.share, "a number above 0, up to 1",
        "Share of an update's steps that rnd, noveld and deir learn from."
      ) { $0.share > 0 && $0.share <= 1 },
    ]
  }
}

extension ExplorationSettings {
  /// What the bonus asks of a world model; nil for nothing.
  var reading: ModelReading? {
    switch kind {
    case .none, .count: nil
    case .kl: .divergence
    case .elbo: .bound
    case .surprise: .surprise
    case .hash, .rnd, .episodic, .noveld, .deir: input == .latent ? .latent : nil
    }
  }

  /// What does not fit where a learner learns, with keys below `exploration.`.
  func furtherProblems(in room: LearnerRoom, place: LearningPlace) -> [SettingProblem] {
    if kind == .count, place == .dream || room.facts == 0 {
      return [
        SettingProblem(
          "kind", place == .dream ? "a dream has no facts to count" : "the world tells no facts",
          "set learner.exploration.kind=hash"
            + (place == .dream ? ", or learner.in=world" : ", which counts what is seen"))
      ]
    }
    guard let reading else { return [] }
    let key = reading == .latent ? "input" : "kind"
    if place == .dream, reading != .latent {
      return [
        SettingProblem(
          key, "in a dream no frame comes that \(kind.rawValue) could judge",
          "set learner.in=world, or another learner.exploration.kind")
      ]
    }
    guard room.model?.readings.contains(reading) != true else { return [] }
    return [
      SettingProblem(
        key, Self.lack(reading),
        reading == .latent
          ? "set learner.exploration.input=observation, or train one: --preset ppo-latent"
          : "set learner.exploration.kind=rnd, or train one: --preset ppo-latent")
    ]
  }

  private static func lack(_ reading: ModelReading) -> String {
    switch reading {
    case .latent, .bound: "the run has no autoencoder to ask"
    case .divergence: "the run has no autoencoder whose latents have a divergence"
    case .surprise: "the run has no memory that could be surprised"
    }
  }
}
