import Datasets
import EnvironmentKit
import Evaluation
import Experiments
import Files
import Foundation
import LongWork
import Pictures
import Settings

extension FinishedVision {
  /// Looks for frames that are unlike those that V learned from; writes `anomaly.json`, `anomaly.npy` and
  /// `anomaly.png`.
  ///
  /// - Parameters:
  ///   - frames: files, or folders, to look at; those that the run held out and left out where none are given.
  ///   - labels: a file of what is known of them.
  ///   - abnormal: labels, values of the first fact, of abnormal frames; empty where nothing is known.
  ///   - alpha: the share of normal frames that may be called abnormal.
  package func anomalies(
    frames: [String], labels: String?, abnormal: Set<Float>, alpha: Double,
    progress: ProgressReporter
  ) throws -> AnomalyReport {
    let hold = try folder.beginStudy()
    defer { hold.end() }
    let seed = UInt64(configuration.seed)
    let (own, split) = try opened([], nil, progress)
    let (given, all) =
      frames.isEmpty
      ? (own, split.heldOut + split.leftOut)
      : try opened(frames, labels, progress).source.withAllFrames
    let learning = progress.phase("learn what is normal", total: 1, done: 0, unit: "parts")
    func beat() throws {
      learning.beat()
      try ModelEvaluationStage.stopIfInterrupted()
    }
    let model = try memoryModel()
    let foresight = try model.flatMap { try self.foresight($0, frames, given, beat: beat) }
    let places = all.filter { foresight?.foretells($0) ?? true }
    let isAbnormal = try known(abnormal, given, places)
    var extent = foresight == nil ? AnomalyStudy.Extent() : .foretold
    extent.alpha = alpha
    let study =
      if let model, foresight != nil {
        try self.study(model, extent: extent, progress, beat: beat)
      } else {
        try AnomalyStudy(
          reading, reading.judged(own, rootSeed: seed), split, rootSeed: seed, extent: extent,
          beat: beat)
      }
    learning.finish(done: 1)
    let phase = progress.phase("score frames", total: places.count, done: 0, unit: "frames")
    let scores = try study.score(
      reading.judged(given, rootSeed: seed), places, foresight: foresight
    ) { done in
      phase.update(done: done, terms: [])
      try ModelEvaluationStage.stopIfInterrupted()
    }
    phase.finish(done: places.count)
    let judgement = AnomalyJudgement(study, scores, isAbnormal: isAbnormal, rootSeed: seed)
    let recommended = scores[study.recommended] ?? []
    let order = recommended.indices.sorted { recommended[$0] > recommended[$1] }
    let strangest = order.prefix(Self.shown).map { (frame: places[$0], score: recommended[$0]) }
    let report = AnomalyReport(study, judgement, frames: places.count, strangest: strangest)
    let columns = judgement.names.map { name -> [Double] in
      // Frames that nothing foretold have no score.
      var found = (scores[name] ?? []).makeIterator()
      return all.map { foresight?.foretells($0) ?? true ? found.next() ?? .nan : .nan }
    }
    try write(report, columns, strangest, given)
    return report
  }

  /// Frames in the picture.
  private static let shown = 24

  /// Whether each frame is abnormal; nil where nothing is known.
  private func known(
    _ abnormal: Set<Float>, _ source: any FrameSource, _ frames: [Int]
  ) throws -> [Bool]? {
    guard !abnormal.isEmpty else { return nil }
    guard !source.frameFacts.isEmpty else {
      throw ExperimentError(
        .usage, place: "--abnormal", cause: "the frames have no labels",
        remedy: "give them with --labels PATH")
    }
    let isAbnormal = try frames.map {
      try source.readFacts($0).first.map(abnormal.contains) ?? false
    }
    guard isAbnormal.contains(true), isAbnormal.contains(false) else {
      throw ExperimentError(
        .usage, place: "--abnormal",
        cause: isAbnormal.contains(true)
          ? "all frames have such a label" : "no frame has such a label",
        remedy:
          "give labels of some of the frames; the first fact is '\(source.frameFacts[0].name)'")
    }
    return isAbnormal
  }

  private func write(
    _ report: AnomalyReport, _ scores: [[Double]], _ strangest: [(frame: Int, score: Double)],
    _ source: any FrameSource
  ) throws {
    try DurableFile.createFolder(folder.media)
    let rows = (scores.first ?? []).indices.flatMap { row in scores.map { Float($0[row]) } }
    try NpyWriter.write(
      rows, shape: [rows.count / max(1, scores.count), scores.count], to: folder.anomalyScores)
    let frames = try source.frames(strangest.map(\.frame))
    let drawn = reading.reconstructions(of: frames)
    let (format, size) = (reading.format, reading.format.size)
    let pairs = strangest.enumerated().map { place, found in
      let bytes = place * size..<(place + 1) * size
      return ReconstructionPair(
        observation: Frame(Array(frames[bytes]), format: format),
        reconstruction: Frame(Array(drawn[bytes]), format: format),
        caption: "\(NumberText.fixed(found.score, 1)), frame \(found.frame)")
    }
    try PNG.write(
      ReconstructionSheet(
        title: "\(configuration.subject): the strangest frames, reconstruction, error", pairs: pairs
      ).frame(), to: folder.media.appending(path: Self.pictureName).path)
    try DurableFile.write(report.json, to: folder.anomalyFile)
  }

  /// The picture of the strangest frames, in the run's `media`.
  package static let pictureName = "anomaly.png"
}

extension FrameSource {
  /// Itself and the numbers of all of its frames.
  fileprivate var withAllFrames: (any FrameSource, [Int]) { (self, Array(0..<frameCount)) }
}
