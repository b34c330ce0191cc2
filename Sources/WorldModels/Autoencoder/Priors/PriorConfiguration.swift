import Files

/// What draws without a frame come from.
public enum PriorKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// Independent numbers of mean 0 and variance 1, as training's divergence says; of codes even ones.
  case standardNormal
  /// A mixture, fitted to latents after training: of Gaussians, or of independent codes.
  case mixture
}

/// What draws without a frame come from; nothing that is trained depends on it.
public struct PriorConfiguration: Codable, Hashable, Sendable {
  /// What they come from.
  public var kind = PriorKind.mixture
  /// Components of a mixture, at most.
  public var components = 40
  /// Training frames to whose latents a mixture is fitted, at most.
  public var frames = 20_000

  /// A mixture of forty.
  public init() {}
}

extension PriorConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<PriorConfiguration>] {
    [
      Setting(
        "kind", \.kind,
        "What samples of V are drawn from: the standard normal (of codes even ones), or a mixture fitted to latents "
          + "of training frames when V has learned."),
      Setting(
        "components", \.components, 1...1000,
        "Components of the mixture; of Gaussians fewer where there are not four frames per latent for each. Their "
          + "covariances are full up to 256 latents, beyond that diagonal."),
      Setting(
        "frames", \.frames, 2...1_000_000,
        "Training frames that the mixture is fitted to, at most; evenly spread."),
    ]
  }
}
