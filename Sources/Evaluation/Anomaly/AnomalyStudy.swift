import Datasets
import Randomness
import Statistics
import WorldModels

/// Scores what is unlike the frames that an autoencoder learned from, and says which score to trust.
///
/// Everything is set by normal frames that V has not learned from, half of them for each purpose: which bound
/// is typical and which score is recommended; above which score a frame is called abnormal. No abnormal frame
/// is asked.
package struct AnomalyStudy {
  /// How much is looked at.
  package struct Extent: Hashable, Sendable {
    /// Held-out frames for thresholds, at most.
    package var calibration = 4_000
    /// Held-out frames for choosing a score, at most.
    package var chosenBy = 400
    /// Frames that latents are compared with, at most.
    package var normal = 20_000
    /// The share of normal frames that may be called abnormal.
    package var alpha = 0.01

    /// The usual.
    package init() {}
  }

  /// The scores.
  package let scores: AnomalyScores
  /// The name of the score to trust.
  package let recommended: String
  /// How well each score tells that: the mean area under the curve over the kinds.
  package let choice: [String: Double]
  /// The threshold of each score.
  package let thresholds: [String: ConformalThreshold]

  private let reading: AutoencoderReading
  private let rootSeed: UInt64

  /// Learns what is normal.
  ///
  /// - Parameters:
  ///   - source: what V was trained on, as it is judged by it.
  ///   - split: which frames V learned from, and which it has not seen.
  ///   - beat: called now and then; may throw to stop.
  /// - Throws: where frames cannot be read, or `beat` throws.
  package init(
    _ reading: AutoencoderReading, _ source: any FrameSource, _ split: FrameSplit,
    rootSeed: UInt64, extent: Extent = Extent(), beat: () throws -> Void = {}
  ) throws {
    (self.reading, self.rootSeed) = (reading, rootSeed)
    let most = min(split.heldOut.count, extent.chosenBy + extent.calibration)
    let held = FrameSelection.spread(split.heldOut, most)
    let halves = FrameIntervals(source, frames: held, rootSeed: rootSeed).halves(of: held.count)
    let chosenBy = FrameSelection.spread(halves.first.map { held[$0] }, extent.chosenBy)
    let calibration = FrameSelection.spread(halves.second.map { held[$0] }, extent.calibration)
    let known = FrameSelection.spread(split.training, extent.normal)
    let examples = ScoredFrames(try source.frames(chosenBy), reading, rootSeed: rootSeed)
    try beat()
    scores = AnomalyScores(
      reading, normal: LatentRows(try reading.latents(of: source, known)), calibration: examples,
      rootSeed: rootSeed)
    try beat()
    let choice = try Self.choice(among: scores, examples, reading, rootSeed, beat)
    self.choice = choice
    recommended = Self.recommended(by: choice, scores)
    var normal: [String: [Double]] = [:]
    for part in stride(from: 0, to: calibration.count, by: Self.together) {
      let frames = ScoredFrames(
        try source.frames(calibration[part..<min(calibration.count, part + Self.together)]),
        reading, rootSeed: rootSeed)
      for score in scores.all { normal[score.name, default: []] += frames.scores(by: score) }
      try beat()
    }
    thresholds = normal.mapValues { ConformalThreshold(normal: $0, alpha: extent.alpha) }
  }

  /// Both ways of being abnormal count in `combined`; another score is trusted only where it is better by far at
  /// what was made abnormal on purpose.
  private static func recommended(
    by choice: [String: Double], _ scores: AnomalyScores
  ) -> String {
    let usual = CombinedScore.usualName
    guard let best = scores.all.map(\.name).max(by: { (choice[$0] ?? 0) < (choice[$1] ?? 0) })
    else { return usual }
    return (choice[best] ?? 0) - (choice[usual] ?? 0) > leastGain ? best : usual
  }

  /// By how much another score's area under the curve must be greater to be trusted instead.
  private static let leastGain = 0.1

  private static func choice(
    among scores: AnomalyScores, _ examples: ScoredFrames, _ reading: AutoencoderReading,
    _ rootSeed: UInt64, _ beat: () throws -> Void
  ) throws -> [String: Double] {
    let format = reading.format
    guard examples.bytes.count >= 2 * format.size else { return [:] }
    var stream = RandomStream(root: rootSeed, name: "anomaly/pseudo")
    let abnormal = PseudoAnomaly.allCases.map {
      ScoredFrames(
        $0.frames(examples.bytes, format, using: &stream), reading, rootSeed: rootSeed)
    }
    var choice: [String: Double] = [:]
    for score in scores.all {
      let normal = examples.scores(by: score)
      let areas = abnormal.map {
        DetectionQuality(normal: normal, abnormal: $0.scores(by: score)).areaUnderCurve
      }
      choice[score.name] = areas.reduce(0, +) / Double(areas.count)
      try beat()
    }
    return choice
  }

  /// Frames that are scored together.
  private static let together = 256

  /// The scores of frames, by name, one a frame.
  ///
  /// - Parameters:
  ///   - frames: of the source.
  ///   - beat: called with the number of frames done; may throw to stop.
  package func score(
    _ source: any FrameSource, _ frames: [Int], beat: (Int) throws -> Void = { _ in }
  ) throws -> [String: [Double]] {
    var found: [String: [Double]] = [:]
    for part in stride(from: 0, to: frames.count, by: Self.together) {
      let end = min(frames.count, part + Self.together)
      let some = ScoredFrames(
        try source.frames(frames[part..<end]), reading, rootSeed: rootSeed)
      for score in scores.all { found[score.name, default: []] += some.scores(by: score) }
      try beat(end)
    }
    return found
  }
}
