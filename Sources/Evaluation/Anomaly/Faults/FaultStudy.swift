import Datasets
import Randomness
import Statistics

/// How well scores find faults that were made on purpose in episodes that nothing was fitted to.
package struct FaultStudy {
  /// One kind of fault.
  package struct Outcome {
    /// Which.
    package let fault: Fault
    /// The frames that were spoiled, one an episode at most.
    package let made: [FaultMaker.Made]
    /// Of each score.
    package let quality: [String: DetectionQuality.Measured]
    /// The share of faults above each score's threshold.
    package let found: [String: Double]
    /// The scores of the spoiled frames, by name.
    package let scores: [String: [Double]]
  }

  /// Of each fault that could be made.
  package let outcomes: [Outcome]
  /// The normal frames that were scored.
  package let normal: [Int]
  /// Their scores, by name.
  package let normalScores: [String: [Double]]
  /// The share of normal frames above each score's threshold: its false alarms.
  package let alarms: [String: Double]

  /// Spoils a frame of every episode by every fault, and scores it beside the normal frames.
  ///
  /// - Parameters:
  ///   - study: scores and thresholds.
  ///   - source: the episodes, as V is judged by them.
  ///   - episodes: those to spoil; nothing was fitted to them.
  ///   - foresight: what M foretold of their frames.
  ///   - maker: spoils their frames.
  ///   - frames: normal ones of these episodes, foretold.
  ///   - beat: called now and then; may throw to stop.
  ///   - parts: called with the number of parts done: normal frames, then each fault; may throw to stop.
  package init(
    _ study: AnomalyStudy, _ faults: [Fault], in source: any FrameSource, _ episodes: [EpisodeSpan],
    foresight: Foresight, maker: FaultMaker, normal frames: [Int], rootSeed: UInt64,
    beat: () throws -> Void, parts: (Int) throws -> Void = { _ in }
  ) throws {
    let scores = try study.score(source, frames, foresight: foresight) { _ in try beat() }
    try parts(1)
    let episodeOf = Dictionary(
      uniqueKeysWithValues: episodes.enumerated().flatMap { episode, span in
        span.frames.map { ($0, episode) }
      })
    let labels = frames.map { episodeOf[$0] ?? 0 }
    func share(_ scores: [String: [Double]]) -> [String: Double] {
      Dictionary(
        uniqueKeysWithValues: study.thresholds.map { name, threshold in
          let values = scores[name] ?? []
          let above = values.filter { $0 > threshold.value }.count
          return (name, Double(above) / Double(max(1, values.count)))
        })
    }
    outcomes = try faults.enumerated().compactMap { index, fault -> Outcome? in
      let made = try episodes.enumerated().compactMap { episode, span -> FaultMaker.Made? in
        try beat()
        var stream = RandomStream(
          root: rootSeed, name: "anomaly/fault/\(fault.rawValue)/\(episode)")
        return try maker.make(fault, in: span, using: &stream)
      }
      guard !made.isEmpty, !frames.isEmpty else { return nil }
      let found = try Self.scores(of: made, study, foresight, beat)
      let groups = (normal: labels, abnormal: made.map { episodeOf[$0.frame] ?? 0 })
      let quality = study.scores.all.map { score in
        var stream = RandomStream(root: rootSeed, name: "anomaly/intervals")
        return (
          score.name,
          DetectionQuality.measured(
            normal: scores[score.name] ?? [], abnormal: found[score.name] ?? [], groups: groups,
            using: &stream)
        )
      }
      try parts(2 + index)
      return Outcome(
        fault: fault, made: made, quality: Dictionary(uniqueKeysWithValues: quality),
        found: share(found), scores: found)
    }
    (self.normal, normalScores, alarms) = (frames, scores, share(scores))
  }

  /// Frames that are scored together.
  private static let together = 256

  private static func scores(
    of made: [FaultMaker.Made], _ study: AnomalyStudy, _ foresight: Foresight,
    _ beat: () throws -> Void
  ) throws -> [String: [Double]] {
    var found: [String: [Double]] = [:]
    for start in stride(from: 0, to: made.count, by: together) {
      let part = made[start..<min(made.count, start + together)]
      let scores = study.score(
        part.flatMap(\.bytes), foretold: foresight.foretold(part.map(\.frame)))
      for score in study.scores.all { found[score.name, default: []] += scores[score.name] ?? [] }
      try beat()
    }
    return found
  }
}
