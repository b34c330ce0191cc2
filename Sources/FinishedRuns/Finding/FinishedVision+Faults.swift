import Datasets
import EnvironmentKit
import Evaluation
import Experiments
import Files
import Foundation
import LongWork
import Pictures
import Settings
import WorldModels

extension FinishedVision {
  /// Normal frames that faults are judged beside, where no number is given.
  package static let faultNormals = 20_000

  /// Plays fresh episodes, makes something go wrong in each, and says which score finds it; writes `faults.json`,
  /// `faults.npy` and `faults.png`.
  ///
  /// - Parameters:
  ///   - faults: what goes wrong.
  ///   - normal: normal frames beside them; thresholds are set by one and a half times as many others.
  ///   - alpha: the share of normal frames that may be called abnormal.
  package func faults(
    _ faults: [Fault], normal: Int, alpha: Double, progress: ProgressReporter
  ) throws -> FaultReport {
    guard let entry, entry.canBePlayed, let model = try memoryModel() else {
      throw ExperimentError(
        .usage, place: folder.url.relativePath,
        cause:
          "faults are made in a world whose next frame a memory foretells; this run has not both",
        remedy: "make one with a memory: "
          + ShellCommand.text(
            "run", entry.flatMap { $0.canBePlayed ? $0.id : nil } ?? "TakeCover", "--set",
            "model.kind=mixtureMemory"))
    }
    let isColourful = reading.format.kind == .pictures && reading.format.grid.last == 3
    if !isColourful, let fault = faults.first(where: \.isOfPictures) {
      throw ExperimentError(
        .usage, place: "--inject \(fault.rawValue)",
        cause: "the run's frames are no pictures in colour",
        remedy: "give "
          + Fault.allCases.filter { !$0.isOfPictures }.map(\.rawValue).joined(separator: ", "))
    }
    let hold = try folder.beginStudy()
    defer { hold.end() }
    let place = folder.url.appending(path: Self.faultEpisodes)
    try DurableFile.remove(place)
    defer { try? DurableFile.remove(place) }
    let calibration = normal + normal / 2
    let dataset = try play(
      entry, frames: Self.every * (calibration + normal), at: place, progress)
    let learning = progress.phase("learn what is normal", total: 2, done: 0, unit: "parts")
    var phase = learning
    func beat() throws {
      phase.beat()
      try ModelEvaluationStage.stopIfInterrupted()
    }
    let seed = UInt64(configuration.seed)
    var extent = AnomalyStudy.Extent.foretold
    (extent.alpha, extent.isThorough) = (alpha, false)
    var study = try self.study(model, extent: extent, progress, beat: beat)
    learning.update(done: 1, terms: [])
    let source = reading.judged(dataset, rootSeed: seed)
    let (first, rest) = Self.parts(of: dataset.episodes, frames: Self.every * calibration)
    guard let foresight = try self.foresight(model, dataset, dataset.episodes, beat: beat) else {
      preconditionFailure("faults: the world's actions are not the run's")
    }
    try study.setThresholds(
      by: source, Self.thinned(first), foresight: foresight, alpha: alpha, beat: beat)
    learning.finish(done: 2)
    let count = 1 + faults.count
    phase = progress.phase("inject", total: count, done: 0, unit: "parts")
    let found = try FaultStudy(
      study, faults, in: source, rest, foresight: foresight,
      maker: FaultMaker(dataset, world: entry.batch(configuration.agent.observation, count: 1)),
      normal: Array(Self.thinned(rest).prefix(normal)), rootSeed: seed, beat: beat,
      parts: { phase.update(done: $0, terms: []) })
    phase.finish(done: count)
    let report = FaultReport(study, found, world: entry.id, alpha: alpha)
    try write(report, found, study, dataset, foresight)
    return report
  }

  /// Every so many frames of an episode one is scored: neighbours say much the same.
  private static let every = 3

  /// Some frames of episodes, none of them a first one.
  private static func thinned(_ episodes: [EpisodeSpan]) -> [Int] {
    episodes.enumerated().flatMap { episode, span in
      Array(
        stride(
          from: span.frames.lowerBound + 1 + episode % every, to: span.frames.upperBound, by: every)
      )
    }
  }

  /// Where fresh episodes lie as long as they are looked at.
  private static let faultEpisodes = ".fault-episodes"

  private func play(
    _ entry: CatalogEntry, frames: Int, at place: URL, _ progress: ProgressReporter
  ) throws -> EpisodeDataset {
    let specification = entry.specification(configuration.agent.observation)
    let writer = try DatasetWriter(
      at: place,
      DatasetIndex(
        world: specification.id, observation: specification.observation, actions: entry.actions,
        facts: specification.facts))
    let first = UInt64(configuration.evaluate.firstSeed)
    let phase = progress.phase("play", total: frames, done: 0, unit: "frames")
    // Every episode has a frame more than steps, which nothing foretells.
    try FreshEpisodes(
      entry: entry, observation: configuration.agent.observation,
      rootSeed: UInt64(configuration.seed), holdMaximum: configuration.collect.holdMaximum,
      mostSteps: frames
    ).play(
      (0..<UInt64(frames)).map { first + $0 }, into: writer,
      eachStep: {
        phase.beat()
        try ModelEvaluationStage.stopIfInterrupted()
      },
      beat: { _ in
        phase.update(done: writer.appendedFrames - writer.appendedEpisodes, terms: [])
      })
    let dataset = try EpisodeDataset(at: place)
    phase.finish(done: dataset.frameCount)
    return dataset
  }

  /// Whole episodes of so many steps, and the rest.
  private static func parts(
    of episodes: [EpisodeSpan], frames: Int
  ) -> (first: [EpisodeSpan], rest: [EpisodeSpan]) {
    let first = EpisodeSpan.upTo(frames, of: episodes)
    return (first, Array(episodes.dropFirst(first.count)))
  }

  private func write(
    _ report: FaultReport, _ found: FaultStudy, _ study: AnomalyStudy, _ dataset: EpisodeDataset,
    _ foresight: Foresight
  ) throws {
    try DurableFile.createFolder(folder.media)
    let names = study.scores.all.map(\.name)
    func rows(_ scores: [String: [Double]], kind: Int) -> [Float] {
      (scores[names[0]] ?? []).indices.flatMap { row in
        [Float(kind)] + names.map { Float(scores[$0]?[row] ?? .nan) }
      }
    }
    let all =
      rows(found.normalScores, kind: 0)
      + found.outcomes.flatMap { outcome in
        rows(outcome.scores, kind: 1 + (Fault.allCases.firstIndex(of: outcome.fault) ?? 0))
      }
    try NpyWriter.write(
      all, shape: [all.count / (names.count + 1), names.count + 1], to: folder.faultScores)
    try PNG.write(
      try sheet(found, study, dataset, foresight).frame(),
      to: folder.media.appending(path: Self.faultPicture).path)
    try DurableFile.write(report.json, to: folder.faultFile)
  }

  /// The picture of some faults, in the run's `media`.
  package static let faultPicture = "faults.png"

  /// Some frames with each fault, beside what M foretold.
  private func sheet(
    _ found: FaultStudy, _ study: AnomalyStudy, _ dataset: EpisodeDataset, _ foresight: Foresight
  ) throws -> ReconstructionSheet {
    let format = reading.format
    let pairs = found.outcomes.flatMap { outcome in
      FrameSelection.spread(Array(outcome.made.indices), 2).map { place in
        let made = outcome.made[place]
        let guess = reading.pictures(of: foresight.foretold([made.frame]).means)
        let score = outcome.scores[study.recommended]?[place] ?? .nan
        return ReconstructionPair(
          observation: Frame(made.bytes, format: format),
          reconstruction: Frame(guess, format: format),
          caption: "\(outcome.fault.rawValue): \(NumberText.fixed(score, 1))")
      }
    }
    var sheet = ReconstructionSheet(
      title: "\(configuration.subject): what went wrong, what M foretold, the difference",
      pairs: pairs, columns: 5)
    sheet.rowNames = ["observation", "foretold", "difference"]
    return sheet
  }
}
