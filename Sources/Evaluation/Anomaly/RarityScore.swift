import Statistics

/// How rare several scores are over normal frames, all taken together: the sum of −log of the shares of normal frames
/// that score as high.
///
/// Each score sees another way in which a frame may be wrong, and says little of the others; as shares they have one
/// unit.
///
/// - SeeAlso: R. A. Fisher, "Statistical Methods for Research Workers", 4th ed. (1932), section 21.1.
struct RarityScore: AnomalyScore {
  let name = CombinedScore.usualName
  let meaning = "how rare the scores are that see what V and M know, taken together"
  let unit = "nats"
  private let parts: [(score: any AnomalyScore, usual: UpperTail)]

  /// Learns how scores spread over normal frames.
  init(_ scores: [any AnomalyScore], calibration: ScoredFrames) {
    parts = scores.map { ($0, UpperTail(calibration.scores(by: $0))) }
  }

  func scores(of frames: ScoredFrames) -> [Double] {
    parts.reduce([Double](repeating: 0, count: frames.count)) { sums, part in
      zip(sums, frames.scores(by: part.score)).map { $0 + part.usual.rarity(of: $1) }
    }
  }
}
