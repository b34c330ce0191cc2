/// Frames to be scored, and what several scores ask of them, each found once.
package final class ScoredFrames {
  /// The frames, one after the other, as the autoencoder is judged by them.
  let bytes: [UInt8]
  private let reading: AutoencoderReading
  private let rootSeed: UInt64
  private var known: [String: [Double]] = [:]

  /// Takes frames.
  package init(_ bytes: [UInt8], _ reading: AutoencoderReading, rootSeed: UInt64) {
    (self.bytes, self.reading, self.rootSeed) = (bytes, reading, rootSeed)
  }

  /// Both parts of the evidence lower bound of each frame, by one latent.
  private(set) lazy var bounds = reading.bounds(of: bytes, rootSeed: rootSeed)
  /// The expected latents, `[frame, latent]`.
  private(set) lazy var latents = reading.expectedLatents(of: bytes)

  /// The negative evidence lower bound of each frame, in nats.
  var negativeBounds: [Double] { bounds.whole.map(-) }

  /// The scores of the frames, one a frame.
  func scores(by score: any AnomalyScore) -> [Double] {
    if let found = known[score.name] { return found }
    let found = score.scores(of: self)
    known[score.name] = found
    return found
  }
}
