import Statistics

/// −log p of a frame's latent by what M foretold: how surprised M is.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018): M's density of the next latent.
struct SurpriseScore: AnomalyScore {
  let name = "surprise"
  let meaning = "how unlikely M held the frame's latent to be"
  let unit = "nats"

  func scores(of frames: ScoredFrames) -> [Double] { frames.surprises }
}

/// How far a frame's latent lies from where M foretold it, by what is usual: distances in units of M's own
/// deviations, turned and scaled so that those of normal frames are independent and of size 1.
///
/// M's density takes latents for independent, or for worse known than they are; what M always foretells well
/// together, such as where the player is, counts the more here.
///
/// - SeeAlso: P. C. Mahalanobis, "On the generalised distance in statistics" (1936).
struct ForecastScore: AnomalyScore {
  let name = "forecast"
  let meaning = "how far the latent lies from where M foretold it, by what is usual"
  let unit = "deviations²"
  private let whitening: Whitening?

  init(calibration: ScoredFrames) {
    whitening = Whitening(
      of: Self.distances(calibration), width: calibration.foretold?.reading.latentSize ?? 1)
  }

  func scores(of frames: ScoredFrames) -> [Double] {
    whitening?.squaredLengths(of: Self.distances(frames))
      ?? [Double](repeating: 0, count: frames.count)
  }

  /// In units of M's deviations, `[frame, latent]`.
  private static func distances(_ frames: ScoredFrames) -> [Double] {
    frames.eachForetold { $2.reading.distances($1, $2.output($0)) }.flatMap { $0 }
  }
}

/// How much likelier the frame would be, had another action been taken than the one that was recorded.
///
/// Whatever else M cannot know, such as a new enemy, is as surprising after either: it cancels.
///
/// - SeeAlso: J. Neyman, E. S. Pearson, "On the problem of the most efficient tests of statistical hypotheses"
///   (1933), for the ratio of likelihoods.
struct OtherActionScore: AnomalyScore {
  let name = "otherAction"
  let meaning = "how much likelier M holds the frame after another action"
  let unit = "nats"

  func scores(of frames: ScoredFrames) -> [Double] {
    let others = frames.eachForetold { frame, latent, foretold in
      foretold.otherOutputs(frame).map { foretold.reading.nats(latent, $0) }.min()
    }
    return zip(frames.surprises, others).map { surprise, other in other.map { surprise - $0 } ?? 0 }
  }
}

/// How much M held to move in a frame that repeats the one before; what moved at all is not still.
///
/// Worlds are drawn without noise: where nothing moves, latents are the same to their last bits.
struct StillnessScore: AnomalyScore {
  let name = "stillness"
  let meaning = "how much M foretold to change where nothing does"
  let unit = "deviations²"
  private static let least: Float = 1e-4

  func scores(of frames: ScoredFrames) -> [Double] {
    frames.eachForetold { frame, latent, foretold in
      let size = latent.count
      let before = foretold.before[frame * size..<(frame + 1) * size]
      let isStill = zip(latent, before).allSatisfy { abs($0 - $1) <= Self.least }
      guard isStill else { return -1 }
      return foretold.reading.distances(before, foretold.output(frame)).reduce(0) { $0 + $1 * $1 }
    }
  }
}
