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
    /// Whether scores are among them that take a hundred times as long as the others.
    package var isThorough = true
    /// Whether scores are tried on frames that are made abnormal; else the usual one is recommended.
    package var triesScores = true

    /// The usual.
    package init() {}

    /// For frames that M foretold: how it usually misses takes more of them to know.
    package static var foretold: Extent {
      var extent = Extent()
      extent.chosenBy = 2_000
      return extent
    }

    /// As little as is needed to look on while a world is played: a second or two.
    package static var live: Extent {
      var extent = Extent()
      (extent.chosenBy, extent.calibration, extent.normal) = (600, 1_500, 2_000)
      (extent.isThorough, extent.triesScores) = (false, false)
      return extent
    }

    /// Steps of held-out episodes along which M is led at least.
    package var foretoldSteps: Int { 2 * (chosenBy + calibration) }
  }

  /// The scores.
  package let scores: AnomalyScores
  /// The name of the score to trust.
  package let recommended: String
  /// How well each score tells that: the mean area under the curve over the kinds.
  package let choice: [String: Double]
  /// The threshold of each score.
  package private(set) var thresholds: [String: ConformalThreshold] = [:]

  private let reading: AutoencoderReading
  private let rootSeed: UInt64

  /// Learns what is normal.
  ///
  /// - Parameters:
  ///   - source: what V was trained on, as it is judged by it.
  ///   - split: which frames V learned from, and which it has not seen.
  ///   - foresight: what M foretold of held-out frames; those that it did not foretell are then left out.
  ///   - beat: called now and then; may throw to stop.
  /// - Throws: where frames cannot be read, or `beat` throws.
  package init(
    _ reading: AutoencoderReading, _ source: any FrameSource, _ split: FrameSplit,
    foresight: Foresight? = nil, rootSeed: UInt64, extent: Extent = Extent(),
    beat: () throws -> Void = {}
  ) throws {
    (self.reading, self.rootSeed) = (reading, rootSeed)
    let most = extent.chosenBy + extent.calibration
    let held = FrameSelection.spread(
      split.heldOut.filter { foresight?.foretells($0) ?? true }, most)
    let halves = FrameIntervals(source, frames: held, rootSeed: rootSeed).halves(of: held.count)
    let chosenBy = FrameSelection.spread(halves.first.map { held[$0] }, extent.chosenBy)
    let calibration = FrameSelection.spread(halves.second.map { held[$0] }, extent.calibration)
    let known = FrameSelection.spread(split.training, extent.normal)
    func examples(_ frames: [UInt8]) -> ScoredFrames {
      ScoredFrames(frames, reading, rootSeed: rootSeed, foretold: foresight?.foretold(chosenBy))
    }
    let normal = examples(try source.frames(chosenBy))
    try beat()
    scores = AnomalyScores(
      reading, normal: LatentRows(try reading.latents(of: source, known)), calibration: normal,
      rootSeed: rootSeed, isThorough: extent.isThorough)
    try beat()
    var abnormal: [ScoredFrames] = []
    if normal.count >= 2, extent.triesScores {
      var stream = RandomStream(root: rootSeed, name: "anomaly/pseudo")
      abnormal = PseudoAnomaly.allCases.map {
        examples($0.frames(normal.bytes, reading.format, using: &stream))
      }
      // The frame before in a frame's place: that nothing happened.
      if foresight != nil { abnormal.append(examples(try source.frames(chosenBy.map { $0 - 1 }))) }
    }
    let choice = try Self.choice(among: scores, normal, abnormal, beat)
    self.choice = choice
    recommended = Self.recommended(by: choice, scores)
    try setThresholds(
      by: source, calibration, foresight: foresight, alpha: extent.alpha, beat: beat)
  }

  /// Sets the thresholds by normal frames that nothing was fitted to.
  ///
  /// - Parameters:
  ///   - frames: of the source.
  ///   - foresight: what M foretold of them, where scores ask for it.
  ///   - alpha: the share of such frames that may be called abnormal.
  ///   - beat: called now and then; may throw to stop.
  package mutating func setThresholds(
    by source: any FrameSource, _ frames: [Int], foresight: Foresight? = nil, alpha: Double,
    beat: () throws -> Void = {}
  ) throws {
    let normal = try score(source, frames, foresight: foresight) { _ in try beat() }
    thresholds = Dictionary(
      uniqueKeysWithValues: scores.all.map {
        ($0.name, ConformalThreshold(normal: normal[$0.name] ?? [], alpha: alpha))
      })
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
    among scores: AnomalyScores, _ normal: ScoredFrames, _ abnormal: [ScoredFrames],
    _ beat: () throws -> Void
  ) throws -> [String: Double] {
    guard !abnormal.isEmpty else { return [:] }
    var choice: [String: Double] = [:]
    for score in scores.all {
      let usual = normal.scores(by: score)
      let areas = abnormal.map {
        DetectionQuality(normal: usual, abnormal: $0.scores(by: score)).areaUnderCurve
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
  ///   - frames: of the source; where scores ask for it, foretold.
  ///   - foresight: what M foretold of them.
  ///   - beat: called with the number of frames done; may throw to stop.
  package func score(
    _ source: any FrameSource, _ frames: [Int], foresight: Foresight? = nil,
    beat: (Int) throws -> Void = { _ in }
  ) throws -> [String: [Double]] {
    var found: [String: [Double]] = [:]
    for part in stride(from: 0, to: frames.count, by: Self.together) {
      let places = frames[part..<min(frames.count, part + Self.together)]
      let some = score(try source.frames(places), foretold: foresight?.foretold(places))
      for score in scores.all { found[score.name, default: []] += some[score.name] ?? [] }
      try beat(places.endIndex)
    }
    return found
  }

  /// The scores of frames that lie one after the other, by name, one a frame.
  ///
  /// - Parameter foretold: what M foretold of them, where scores ask for it.
  package func score(_ frames: [UInt8], foretold: Foretold? = nil) -> [String: [Double]] {
    let frames = ScoredFrames(frames, reading, rootSeed: rootSeed, foretold: foretold)
    return Dictionary(
      uniqueKeysWithValues: scores.all.map { ($0.name, frames.scores(by: $0)) })
  }

  /// One score of frames; nothing where there is none of that name.
  func score(_ frames: [UInt8], foretold: Foretold?, by name: String) -> [Double] {
    scores[name].map {
      ScoredFrames(frames, reading, rootSeed: rootSeed, foretold: foretold).scores(by: $0)
    } ?? []
  }
}
