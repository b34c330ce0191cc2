import Statistics

/// −log p of a frame's latent by what M foretold: how surprised M is.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018): M's density of the next latent.
struct SurpriseScore: AnomalyScore {
  let name = "surprise"
  let meaning = "how unlikely M held the frame's latent to be"
  let unit = "nats"

  func scores(of frames: ScoredFrames) -> [Double] {
    frames.eachForetold { latent, output, reading in reading.nats(latent, output) }
  }
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
    let distances = Self.distances(frames)
    return whitening?.squaredLengths(of: distances) ?? [Double](repeating: 0, count: frames.count)
  }

  /// In units of M's deviations, `[frame, latent]`.
  private static func distances(_ frames: ScoredFrames) -> [Double] {
    frames.eachForetold { latent, output, reading in
      reading.distances(latent, output)
    }.flatMap { $0 }
  }
}

/// How much better the frame is drawn from the latent of the frame before than from the one that M foretold: M held
/// that something moves, and nothing did.
struct StillnessScore: AnomalyScore {
  let name = "stillness"
  let meaning = "how much more the frame is like the one before than like what M foretold"
  let unit = "squared error"

  func scores(of frames: ScoredFrames) -> [Double] {
    zip(frames.errors(of: .foretold), frames.errors(of: .before)).map {
      $0.whole - $1.whole
    }
  }
}
