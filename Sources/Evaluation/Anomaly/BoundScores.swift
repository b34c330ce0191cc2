/// −log p(frame | latent): how badly a frame is drawn again.
///
/// - SeeAlso: J. An, S. Cho, "Variational Autoencoder based Anomaly Detection using Reconstruction Probability"
///   (2015).
struct ReconstructionScore: AnomalyScore {
  let name = "reconstruction"
  let meaning = "how badly the frame is drawn again"
  let unit = "nats"

  func scores(of frames: ScoredFrames) -> [Double] { frames.bounds.reconstruction }
}

/// The negative evidence lower bound: how unlikely the frame is held to be.
struct BoundScore: AnomalyScore {
  let name = "elbo"
  let meaning = "how unlikely the frame is held to be"
  let unit = "nats"

  func scores(of frames: ScoredFrames) -> [Double] { frames.negativeBounds }
}

/// KL(q(latent | frame) ‖ prior): how much the latents have to say of the frame.
struct DivergenceScore: AnomalyScore {
  let name = "kl"
  let meaning = "how much latents have to say of the frame"
  let unit = "nats"

  func scores(of frames: ScoredFrames) -> [Double] { frames.bounds.divergence }
}

/// |−ELBO − its mean over normal frames|: a frame that is held to be too likely is suspicious as well, such as an
/// empty picture.
///
/// - SeeAlso: E. Nalisnick et al., "Detecting Out-of-Distribution Inputs to Deep Generative Models Using
///   Typicality" (2019), eq. 4, with one frame.
struct TypicalityScore: AnomalyScore {
  let name = "typicality"
  let meaning = "how far the bound is from that of normal frames, either way"
  let unit = "nats"
  private let typical: Double

  init(calibration: ScoredFrames) {
    let normal = calibration.negativeBounds
    typical = normal.reduce(0, +) / Double(max(1, normal.count))
  }

  func scores(of frames: ScoredFrames) -> [Double] {
    frames.negativeBounds.map { abs($0 - typical) }
  }
}
