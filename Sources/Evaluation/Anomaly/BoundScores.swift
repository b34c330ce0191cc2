/// Both parts of the evidence lower bound of frames, by one latent a frame.
struct FrameBounds {
  private let reading: AutoencoderReading
  private let rootSeed: UInt64

  init(_ reading: AutoencoderReading, rootSeed: UInt64) {
    (self.reading, self.rootSeed) = (reading, rootSeed)
  }

  func callAsFunction(_ frames: [UInt8]) -> AutoencoderReading.Bounds {
    reading.bounds(of: frames, rootSeed: rootSeed)
  }

  /// The negative bound of each frame, in nats.
  func negative(_ frames: [UInt8]) -> [Double] {
    let bounds = self(frames)
    return zip(bounds.reconstruction, bounds.divergence).map(+)
  }
}

/// −log p(frame | latent): how badly a frame is drawn again.
///
/// - SeeAlso: J. An, S. Cho, "Variational Autoencoder based Anomaly Detection using Reconstruction Probability"
///   (2015).
struct ReconstructionScore: AnomalyScore {
  let bounds: FrameBounds
  let name = "reconstruction"
  let meaning = "how badly the frame is drawn again"
  let unit = "nats"

  func scores(of frames: [UInt8]) -> [Double] { bounds(frames).reconstruction }
}

/// The negative evidence lower bound: how unlikely the frame is held to be.
struct BoundScore: AnomalyScore {
  let bounds: FrameBounds
  let name = "elbo"
  let meaning = "how unlikely the frame is held to be"
  let unit = "nats"

  func scores(of frames: [UInt8]) -> [Double] { bounds.negative(frames) }
}

/// KL(q(latent | frame) ‖ prior): how much the latents have to say of the frame.
struct DivergenceScore: AnomalyScore {
  let bounds: FrameBounds
  let name = "kl"
  let meaning = "how much latents have to say of the frame"
  let unit = "nats"

  func scores(of frames: [UInt8]) -> [Double] { bounds(frames).divergence }
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
  private let bounds: FrameBounds
  private let typical: Double

  init(bounds: FrameBounds, calibration: [UInt8]) {
    self.bounds = bounds
    let normal = bounds.negative(calibration)
    typical = normal.reduce(0, +) / Double(max(1, normal.count))
  }

  func scores(of frames: [UInt8]) -> [Double] { bounds.negative(frames).map { abs($0 - typical) } }
}
