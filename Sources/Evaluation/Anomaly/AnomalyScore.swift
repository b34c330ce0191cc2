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
  /// `ScoredFrames.scores(by:)` asks for them once.
  func scores(of frames: ScoredFrames) -> [Double]
}

/// All scores that an autoencoder allows, and a memory where frames are foretold.
package struct AnomalyScores {
  /// The scores, cheap ones first.
  package let all: [any AnomalyScore]

  /// Latents of the importance-weighted bound.
  package static let boundSamples = 50

  /// Prepares the scores.
  ///
  /// - Parameters:
  ///   - normal: frames that the autoencoder learned from; latents are compared with theirs.
  ///   - calibration: normal frames that it has not seen, which tell what is usual.
  ///   - isThorough: whether scores are among them that take a hundred times as long as the others.
  package init(
    _ reading: AutoencoderReading, normal: LatentRows, calibration: ScoredFrames, rootSeed: UInt64,
    isThorough: Bool = true
  ) {
    var scores: [any AnomalyScore] = [ReconstructionScore()]
    if !reading.isQuantised {
      scores += [
        BoundScore(), DivergenceScore(),
        TypicalityScore(calibration: calibration),
      ]
    }
    let (excess, distance) = (ExcessScore(reading), LatentDistanceScore(normal: normal))
    scores += [excess, distance]
    if calibration.foretold != nil {
      let patch = PatchScore(.own, calibration: calibration)
      let foretold: [any AnomalyScore] = [
        SurpriseScore(), ForecastScore(calibration: calibration), StillnessScore(),
        OtherActionScore(),
      ]
      scores += [patch, PatchScore(.foretold, calibration: calibration)] + foretold
      scores.append(RarityScore([distance, patch] + foretold, calibration: calibration))
    } else {
      scores.append(CombinedScore([excess, distance], calibration: calibration))
    }
    if reading.frozen.hasFittedPrior { scores.append(LatentDensityScore(reading)) }
    if isThorough, !reading.isQuantised {
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
