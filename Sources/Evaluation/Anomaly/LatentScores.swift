import Statistics
import WorldModels

/// Latents of frames that count as normal, `[row, latent]`.
package struct LatentRows {
  /// Expected latents.
  package let rows: SampleSet

  /// Takes the expected latents of a table, of at most so many frames.
  package init(_ table: LatentTable, most: Int = 20_000) {
    rows = SampleSet(table.means, width: table.latentSize).spread(most)
  }
}

/// The distance of a frame's latent to the fifth nearest of normal frames.
///
/// - SeeAlso: S. Ramaswamy, R. Rastogi, K. Shim, "Efficient Algorithms for Mining Outliers from Large Data Sets"
///   (2000), definition 2.1, in latent space.
struct LatentDistanceScore: AnomalyScore {
  let name = "latentDistance"
  let meaning = "how far the latent lies from those of normal frames"
  let unit = ""
  private let normal: SampleSet
  private static let neighbour = 5

  init(normal: LatentRows) { self.normal = normal.rows }

  func scores(of frames: ScoredFrames) -> [Double] {
    let latents = SampleSet(frames.latents, width: normal.width)
    return NeighbourDistances.distances(from: latents, to: normal, k: Self.neighbour)
  }
}

/// −log of the fitted prior's density at a frame's latent.
struct LatentDensityScore: AnomalyScore {
  let name = "latentDensity"
  let meaning = "how unlikely the latent is under the fitted prior"
  let unit = "nats"
  private let reading: AutoencoderReading

  init(_ reading: AutoencoderReading) { self.reading = reading }

  func scores(of frames: ScoredFrames) -> [Double] {
    reading.frozen.prior.logDensities(of: frames.latents).map(-)
  }
}
