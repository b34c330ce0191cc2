/// Two scores in units of how they vary over normal frames, added: frames that are drawn again badly, and frames
/// that are drawn again well from latents that no normal frame has.
struct CombinedScore: AnomalyScore {
  static let usualName = "combined"
  let name = Self.usualName
  let meaning = "excess and distance of the latent, in units of normal frames' deviations"
  let unit = "deviations"
  private let parts: [(score: any AnomalyScore, mean: Double, deviation: Double)]

  /// Measures how the scores vary over normal frames.
  init(_ scores: [any AnomalyScore], calibration: ScoredFrames) {
    parts = scores.map { score in
      let values = calibration.scores(by: score)
      let mean = values.reduce(0, +) / Double(max(1, values.count))
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / Double(max(1, values.count - 1))).squareRoot()
      return (score, mean, deviation > 0 ? deviation : 1)
    }
  }

  func scores(of frames: ScoredFrames) -> [Double] {
    let each = parts.map { part in
      frames.scores(by: part.score).map { ($0 - part.mean) / part.deviation }
    }
    return each.dropFirst().reduce(each.first ?? []) { zip($0, $1).map(+) }
  }
}
