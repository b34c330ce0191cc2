import Randomness

/// −log p(frame), bounded by several latents: tighter than the evidence lower bound.
///
/// - SeeAlso: Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted Autoencoders" (2016).
struct ImportanceScore: AnomalyScore {
  let name: String
  let meaning = "how unlikely the frame is held to be, by many latents"
  let unit = "nats"
  private let reading: AutoencoderReading
  private let samples: Int
  private let rootSeed: UInt64

  init(_ reading: AutoencoderReading, samples: Int, rootSeed: UInt64) {
    (self.reading, self.samples, self.rootSeed) = (reading, samples, rootSeed)
    name = "iw.\(samples)"
  }

  func scores(of scored: ScoredFrames) -> [Double] {
    let frames = scored.bytes
    let size = reading.frozen.frameBytes
    var stream = RandomStream(root: rootSeed, name: "anomaly/bound")
    return stride(from: 0, to: frames.count, by: size * Self.together).flatMap { start in
      let part = Array(frames[start..<min(frames.count, start + size * Self.together)])
      return reading.importanceWeightedBounds(of: part, samples: samples, stream: &stream).bounds
        .map { reading.leftOutConstant - $0 }
    }
  }

  private static let together = 64
}
