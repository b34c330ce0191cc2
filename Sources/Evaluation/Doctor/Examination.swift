import WorldModels

/// Everything that the doctor knows of a trained autoencoder.
package struct Examination: Sendable {
  /// How the training went.
  package struct Training: Sendable {
    /// Steps taken, skipped ones among them.
    package var steps: Int
    /// Steps that were skipped, as their loss or gradient was not finite or exploded.
    package var skipped: Int
    /// The reconstruction loss, as training reported it, the oldest first.
    package var losses: [Double]

    /// Joins what was recorded.
    package init(steps: Int = 0, skipped: Int = 0, losses: [Double] = []) {
      (self.steps, self.skipped, self.losses) = (steps, skipped, losses)
    }
  }

  /// −ELBO of frames, nats a frame, each by one draw of a latent.
  package struct Losses: Sendable {
    /// Of frames learned from.
    package var training: [Double]
    /// Of frames held out.
    package var heldOut: [Double]
    /// Of the latter, each with the latents of another: what knowing nothing of a frame costs.
    package var shuffled: [Double]

    /// Joins losses.
    package init(training: [Double], heldOut: [Double], shuffled: [Double]) {
      (self.training, self.heldOut, self.shuffled) = (training, heldOut, shuffled)
    }
  }

  /// What latents say.
  package struct Latents: Sendable {
    /// KL(q ‖ prior) of each number or code, in nats, a mean over frames.
    package var divergences: [Double]
    /// How many tell frames apart.
    package var active: Int
    /// How many values a code has in effect; nil where latents are no codes.
    package var perplexity: Double?

    /// Joins what was measured.
    package init(divergences: [Double], active: Int, perplexity: Double? = nil) {
      (self.divergences, self.active, self.perplexity) = (divergences, active, perplexity)
    }

    /// Nats a frame.
    package var divergence: Double { divergences.reduce(0, +) }
  }

  /// Shares of the variance of held-out frames, about the mean of those learned from.
  package struct Explained: Sendable {
    /// What reconstructions get right of it.
    package var latents: Double
    /// What as many principal components get right of it.
    package var components: Double

    /// Joins shares.
    package init(latents: Double, components: Double) {
      (self.latents, self.components) = (latents, components)
    }
  }

  /// Where draws from the prior decode to, beside reconstructions of other frames: 1 is as good.
  package struct Draws: Sendable {
    /// Density of draws, and of reconstructions.
    package var density: (draws: Double, reconstructions: Double)
    /// Coverage by draws, and by reconstructions.
    package var coverage: (draws: Double, reconstructions: Double)

    /// Joins what was measured.
    package init(
      density: (draws: Double, reconstructions: Double),
      coverage: (draws: Double, reconstructions: Double)
    ) {
      (self.density, self.coverage) = (density, coverage)
    }
  }

  /// How well a fact is told from latents on frames held out: R².
  package struct Reading: Sendable {
    /// The fact.
    package var fact: String
    /// By a linear map.
    package var linear: Double
    /// By a linear map of many fixed curves of the latents.
    package var curved: Double
    /// By the same of those facts that a linear map reads: it follows from them.
    package var derived: Double

    /// Joins what was measured.
    package init(fact: String, linear: Double, curved: Double, derived: Double = 0) {
      (self.fact, self.linear, self.curved, self.derived) = (fact, linear, curved, derived)
    }
  }

  /// Who reads the latents.
  package enum Reader: Hashable, Sendable {
    /// Whoever is given them: V was trained alone.
    case anyone
    /// A linear controller, with what stands before the names of its settings.
    case linearController(settingsPlace: String)
    /// A controller whose hidden layers read curves too.
    case network
  }

  /// The settings that it was trained with.
  package var settings: VisionConfiguration
  /// What stands before the names of its settings.
  package var settingsPlace: String
  /// Who reads the latents.
  package var reader = Reader.anyone
  /// How the training went.
  package var training = Training()
  /// −ELBO of frames.
  package var losses: Losses?
  /// What latents say.
  package var latents: Latents
  /// How frames vary; nil where their numbers have no common scale.
  package var spectrum: DataSpectrum?
  /// How much the change of frames is gathered in few places, from 1; nil where they are no pictures.
  package var concentration: Double?
  /// What reconstructions get right; nil likewise.
  package var explained: Explained?
  /// Where draws from the prior decode to; nil of too few frames.
  package var draws: Draws?
  /// What frames, reconstructions and draws show.
  package var states: [StateShares.Share] = []
  /// Of what frames show, the share that reconstructions show too.
  package var recalls: [(what: String, share: Double)] = []
  /// How facts are told from latents.
  package var readings: [Reading] = []

  /// Begins with what every examination has.
  package init(settings: VisionConfiguration, settingsPlace: String = "model", latents: Latents) {
    (self.settings, self.settingsPlace, self.latents) = (settings, settingsPlace, latents)
  }

  /// A setting of the autoencoder as `--set` takes it.
  func setting(_ name: String, _ value: some CustomStringConvertible) -> String {
    "\(settingsPlace).\(name)=\(value)"
  }

  /// Whether latents say nothing: then there is nothing else to judge.
  var hasCollapsed: Bool {
    if let perplexity = latents.perplexity { return perplexity < Self.leastPerplexity }
    return latents.active == 0 || latents.divergence < Self.leastNats
  }

  /// Nats a frame below which latents cannot tell two kinds of frames apart: ln 2, about.
  static let leastNats = 0.5
  /// Below this, codes have one value in effect.
  static let leastPerplexity = 1.2

  /// Whether the loss still fell when training ended, by more than a twentieth of its whole fall in the last
  /// fifth of the steps: then a model is not ill, only young.
  var isYoung: Bool {
    let losses = training.losses
    guard losses.count >= 10, let first = losses.first else { return losses.count < 10 }
    let part = losses.count / 5
    let last = Self.mean(losses.suffix(part))
    let before = Self.mean(losses.dropLast(part).suffix(part))
    return first > last && (before - last) / (first - last) > Self.youngShare
  }

  private static let youngShare = 0.05

  static func mean(_ values: some Collection<Double>) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }
}
