import WorldModels

/// Whether latents will collapse, foretold from how frames vary before any training.
package struct CollapseForecast: Sendable {
  /// The σ that likelihood and β come to.
  package let sigma: Double
  /// Latents that are expected to carry something.
  package let expectedActive: Int
  /// Numbers in a latent.
  package let latents: Int
  /// What the latents are brought to by the cure, in nats a frame.
  let target: Double
  private let settings: VisionConfiguration
  private let place: String

  /// Foretells; nil where the settings imply no σ.
  package init?(_ settings: VisionConfiguration, _ spectrum: DataSpectrum, settingsPlace: String) {
    guard let sigma = settings.impliedSigma, settings.latent.kind == .gaussian else { return nil }
    (self.sigma, latents) = (Double(sigma), settings.latentSize)
    expectedActive = spectrum.kept(sigma: Double(sigma))
    target = Self.target(spectrum)
    (self.settings, place) = (settings, settingsPlace)
  }

  /// A sentence for whoever is about to train: what is expected, and, where latents will say nothing, the cure.
  package var words: String {
    let sigma = "the loss is that of a σ of \(sigma.inWords) a number"
    guard expectedActive == 0 else {
      return
        "\(sigma): about \(expectedActive) of \(latents) latents are expected to carry something"
    }
    return
      "\(sigma), above all that frames vary by: latents are expected to say nothing (posterior "
      + "collapse); a cure is " + cureText
  }

  /// Whether latents are expected to say nothing.
  package var isCollapse: Bool { expectedActive == 0 }

  private var cureText: String {
    Self.cure(settings, target: target).map { "--set \(place).\($0)" }.joined(separator: " ")
  }

  /// The share of what principal components of that number hold, which latents shall get right.
  private static let share = 0.98
  /// Nats where nothing is known of how frames vary.
  private static let usualTarget = 16.0

  /// Nats that latents shall carry: what a linear code needs for nearly all that it can hold.
  static func target(_ spectrum: DataSpectrum?) -> Double {
    guard let spectrum else { return usualTarget }
    return max(1, spectrum.nats(explaining: share).rounded())
  }

  /// Settings, without the model's name before them, that bring the divergence to a target.
  static func cure(_ settings: VisionConfiguration, target: Double) -> [String] {
    var cure = ["objective.divergence=target", "objective.targetKL=\(target.inWords)"]
    if settings.freeBits > 0 { cure.append("freeBits=0") }
    if settings.warmUpSteps > 0 { cure.append("warmUpSteps=0") }
    if settings.objective.warmUpEvery > 0 { cure.append("objective.warmUpEvery=0") }
    if settings.beta != 1 { cure.append("beta=1") }
    if settings.objective.importanceSamples > 1 { cure.append("objective.importanceSamples=1") }
    return cure
  }
}

/// Watches a training for latents that say nothing, and tells it once.
package struct CollapseAlarm: Sendable {
  private let first: Int
  private let isWatching: Bool
  private var recent: [Double] = []
  private var isOver: Bool

  /// Points of a learning curve over which the divergence is averaged.
  private static let points = 4
  /// Steps within which latents of a healthy training come to say something.
  private static let steps = 300

  /// Watches a training of these settings.
  ///
  /// - Parameter step: where it goes on; an alarm that was due before is not repeated.
  package init(_ settings: VisionConfiguration, from step: Int) {
    first = settings.warmUpSteps + Self.steps
    isWatching = settings.latent.kind == .gaussian && settings.objective.importanceSamples == 1
    isOver = step > first
  }

  /// Takes in a point of the curve; says once when latents say nothing.
  ///
  /// - Parameter divergence: nats a frame, a mean over the point's steps.
  package mutating func observe(step: Int, divergence: Double) -> String? {
    guard isWatching, !isOver else { return nil }
    recent = recent.suffix(Self.points - 1) + [divergence]
    guard step >= first, recent.count == Self.points else { return nil }
    let mean = Examination.mean(recent)
    isOver = true
    guard mean < Examination.leastNats else { return nil }
    return "after \(step) steps latents carry \(mean.inWords) nats a frame: posterior collapse"
  }
}
