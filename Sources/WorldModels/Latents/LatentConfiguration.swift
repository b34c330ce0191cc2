import Files

/// What latents are.
public enum LatentKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// Gaussian numbers.
  case gaussian
  /// Codes of a book of vectors, the nearest one each.
  case quantised
  /// Codes drawn by chances, one hot.
  case categorical
}

/// What latents are, and how many codes they have where they are codes.
public struct LatentConfiguration: Codable, Hashable, Sendable {
  /// What they are.
  public var kind = LatentKind.gaussian
  /// Codes of a latent.
  public var groups = 16
  /// Values of a code: vectors of the book, or categories.
  public var classes = 32
  /// Numbers of a vector of the book.
  public var codeSize = 8
  /// Weight of the squared distance of the encoder's vectors from those that they become.
  public var commitment: Float = 0.25
  /// Share of the book's running means that stays at a step.
  public var decay: Float = 0.99
  /// Share of even use below which a vector of the book is put elsewhere; 0 for never.
  public var deadBelow: Float = 0.05
  /// Share of the uniform distribution in the chances of categories.
  public var uniformShare: Float = 0.01

  /// Gaussian latents.
  public init() {}

  /// Numbers of a latent of codes; nil where another setting tells them.
  var size: Int? {
    switch kind {
    case .gaussian: nil
    case .quantised: groups * codeSize
    case .categorical: groups * classes
    }
  }
}

extension LatentConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<LatentConfiguration>] {
    [
      Setting(
        "kind", \.kind,
        "What latents are: Gaussian numbers, or codes: the nearest vectors of a book, or categories drawn by chances."
      ),
      Setting(
        "groups", \.groups, 1...4096, "Codes of a latent under quantised and categorical."),
      Setting(
        "classes", \.classes, 2...65_536,
        "Values of a code: vectors of the book under quantised, categories under categorical."),
      Setting(
        "codeSize", \.codeSize, 1...4096, "Numbers of a vector of the book, under quantised."),
      Setting(
        "commitment", \.commitment, above: 0,
        "Under quantised, weight of the squared distance of the encoder's vectors from those of the book."
      ),
      Setting(
        "decay", \.decay, "0 or more, less than 1",
        "Under quantised, share of the running means behind the book that stays at a step."
      ) { (0..<1).contains($0.decay) },
      Setting(
        "deadBelow", \.deadBelow, 0...0.5,
        "Under quantised, a vector of the book that is used by less than this share of even use is put where "
          + "another of the batch lies; 0 for never."),
      Setting(
        "uniformShare", \.uniformShare, "0 or more, less than 1",
        "Under categorical, share of the uniform distribution in every chance."
      ) { (0..<1).contains($0.uniformShare) },
    ]
  }
}
