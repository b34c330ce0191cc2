/// The part of the picture that is drawn the most badly, by what is usual there: a small thing that was never seen is
/// lost in the error of the whole.
///
/// A part's error is measured in deviations: its own over normal frames and, so that a part where nothing ever is has
/// some, that of parts on average.
///
/// - SeeAlso: P. Bergmann et al., "MVTec AD" (2019), section 4, for errors by parts of the picture.
struct PatchScore: AnomalyScore {
  let name: String
  let meaning: String
  let unit = "deviations"
  private let drawn: ScoredFrames.Drawn
  private let usual: [(mean: Double, deviation: Double)]

  /// Measures what is usual.
  ///
  /// - Parameter drawn: from which latents frames are drawn.
  init(_ drawn: ScoredFrames.Drawn, calibration: ScoredFrames) {
    self.drawn = drawn
    (name, meaning) =
      drawn == .foretold
      ? (
        "forecastPatch", "how badly the worst part is drawn from what M foretold, by what is usual"
      )
      : ("patch", "how badly the worst part is drawn again, by what is usual there")
    let errors = calibration.errors(of: drawn).map(\.parts)
    let own = (errors.first ?? []).indices.map { part -> (mean: Double, deviation: Double) in
      let values = errors.map { $0[part] }
      let mean = values.reduce(0, +) / Double(max(1, values.count))
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, (squares / Double(max(1, values.count))).squareRoot())
    }
    let common = own.reduce(0) { $0 + $1.deviation } / Double(max(1, own.count))
    usual = own.map { ($0.mean, max(.leastNormalMagnitude, $0.deviation + common)) }
  }

  func scores(of frames: ScoredFrames) -> [Double] {
    frames.errors(of: drawn).map { error in
      let greatest = zip(error.parts, usual).lazy.map { ($0 - $1.mean) / $1.deviation }.max()
      return greatest ?? 0
    }
  }
}
