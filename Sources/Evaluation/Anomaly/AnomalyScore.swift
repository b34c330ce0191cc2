import Randomness

/// A number of a frame that is greater the less the frame is like those that an autoencoder learned from.
///
/// A new score is a file that conforms and a line in `AnomalyScores`.
package protocol AnomalyScore {
  /// What tables and `anomaly.json` call it.
  var name: String { get }
  /// What it looks at, in a few words.
  var meaning: String { get }
  /// What its numbers are of.
  var unit: String { get }

  /// The scores of frames, one a frame.
  ///
  /// - Parameter frames: one after the other, as the autoencoder is judged by them.
  func scores(of frames: [UInt8]) -> [Double]
}

/// All scores that an autoencoder allows.
package struct AnomalyScores {
  /// The scores, cheap ones first.
  package let all: [any AnomalyScore]

  /// Latents of the importance-weighted bound.
  package static let boundSamples = 50

  /// Prepares the scores.
  ///
  /// - Parameters:
  ///   - normal: frames that the autoencoder learned from; latents are compared with theirs.
  ///   - calibration: normal frames that it has not seen, which tell what bound is typical.
  package init(
    _ reading: AutoencoderReading, normal: LatentRows, calibration: [UInt8], rootSeed: UInt64
  ) {
    let bounds = FrameBounds(reading, rootSeed: rootSeed)
    var scores: [any AnomalyScore] = [ReconstructionScore(bounds: bounds)]
    if !reading.isQuantised {
      scores += [
        BoundScore(bounds: bounds), DivergenceScore(bounds: bounds),
        TypicalityScore(bounds: bounds, calibration: calibration),
      ]
    }
    let (excess, distance) = (ExcessScore(reading), LatentDistanceScore(reading, normal: normal))
    scores += [excess, distance, CombinedScore([excess, distance], calibration: calibration)]
    if reading.frozen.hasFittedPrior { scores.append(LatentDensityScore(reading)) }
    if !reading.isQuantised {
      scores += [
        ImportanceScore(reading, samples: Self.boundSamples, rootSeed: rootSeed),
        RegretScore(reading, rootSeed: rootSeed),
      ]
    }
    all = scores
  }

  /// The score of a name.
  package subscript(_ name: String) -> (any AnomalyScore)? { all.first { $0.name == name } }
}
