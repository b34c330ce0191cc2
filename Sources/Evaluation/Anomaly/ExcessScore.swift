import Tensors
import WorldModels

/// −log p(frame | latent) beyond what the decoder itself expects of it: what it is unsure of it may get wrong.
///
/// Plain reconstruction calls busy frames abnormal and empty ones normal, whatever they show; here both are
/// measured against what their own reconstructions foretell.
struct ExcessScore: AnomalyScore {
  let name = "excess"
  let meaning = "how much worse the frame is drawn again than its reconstruction foretells"
  let unit = "nats"
  private let reading: AutoencoderReading

  init(_ reading: AutoencoderReading) { self.reading = reading }

  func scores(of frames: ScoredFrames) -> [Double] {
    reading.excesses(of: frames.bytes, at: frames.latents)
  }
}

extension AutoencoderReading {
  /// −log p of frames at their expected latents, less its mean over frames drawn there, in nats.
  func excesses(of frames: [UInt8], at latents: [Float]) -> [Double] {
    decoded(frames, at: latents) { frames, decoded in
      model.likelihood.negativeLogs(of: frames, decoded: decoded)
        - model.likelihood.expectedNegativeLogs(of: frames, decoded: decoded)
    }
  }
}
