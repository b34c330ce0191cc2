import Controllers
import Datasets
import EnvironmentKit
import Evaluation
import Files
import Foundation
import Pictures
import WorldModels

/// Measures V, draws the pictures, and writes `summary.json` and `report.html`.
struct ReportStage {
  private let context: RunContext
  private let model: TrainedWorldModel
  private let controller: TrainedController
  private let scores: EvaluationResult
  private let split: DatasetSplit

  init(
    _ context: RunContext, _ model: TrainedWorldModel, _ controller: TrainedController,
    _ scores: EvaluationResult
  ) {
    self.context = context
    self.model = model
    self.controller = controller
    self.scores = scores
    split = DatasetSplit(model.dataset, heldOutEvery: context.configuration.collect.heldOutEvery)
  }

  private var dataset: EpisodeDataset { model.dataset }
  private var vision: TrainedVision { model.vision }
  private var memory: TrainedMemory? { model.memory }

  /// Writes everything; returns the tables as lines of text.
  func run(_ clock: StageClock) throws -> [String] {
    let progress = context.progress.phase("report", total: 5, done: 0, unit: "parts")
    let study = VisionStudy(
      vision.frozen, dataset, split, context.entry, rootSeed: context.rootSeed, beat: progress.beat)
    progress.update(done: 1, terms: [])
    try draw(study)
    progress.update(done: 2, terms: [])
    try EpisodeRecorder(
      batches: model.batches, trainer: controller.trainer, folder: context.folder
    ).record(try recordedSeed(), to: context.folder.picture("episode.gif"), beat: progress.beat)
    progress.update(done: 3, terms: [])
    let summary = RunSummary(
      context: context, model: model, controller: controller, scores: scores, study: study,
      passes: try PassStage.results(context))
    try context.folder.write(page(study, summary).render(), to: context.folder.reportFile)
    progress.update(done: 4, terms: [])
    try DurableFile.write(summary.json(clock), to: context.folder.summaryFile)
    progress.finish(done: 5)
    return lines(study)
  }

  private func draw(_ study: VisionStudy) throws {
    let pictures = RunPictures(
      vision: vision.frozen, folder: context.folder, worldID: context.entry.id)
    let frames = NotableFrames(dataset, split, context.entry).frames
    try pictures.reconstruction(frames)
    if let middle = frames.dropFirst(frames.count / 2).first?.frame {
      try pictures.traversal(around: middle, divergences: study.divergences)
    }
    if let memory { try pictures.memory(memory) }
    try pictures.samples(rootSeed: context.rootSeed)
    let baselines = [ComparedPolicy.random, .blind].compactMap { policy in
      scores[policy].map {
        ReferenceLine(
          policy == .random ? "random" : "best blind", $0.mean,
          color: policy == .random ? Theme.secondary : Theme.warning)
      }
    }
    try pictures.learning(
      vision: vision.history, controller: controller.history, baselines: baselines,
      isDream: context.configuration.controller.world == .dream)
  }

  /// The evaluated episode of median return: neither the best nor the worst is shown.
  private func recordedSeed() throws -> UInt64 {
    let results = scores[.trained]?.results ?? []
    let order = results.sorted { ($0.episodeReturn, $0.seed) < ($1.episodeReturn, $1.seed) }
    return order.isEmpty ? 0 : order[order.count / 2].seed
  }

  private func page(_ study: VisionStudy, _ summary: RunSummary) throws -> HTMLReport {
    let configuration = context.configuration
    var report = HTMLReport(
      title: "\(configuration.world), preset \(configuration.preset), seed \(configuration.seed)",
      subtitle: summary.subtitle)
    report.tables = [
      HTMLReport.Table(
        title: "Returns",
        caption: "\(configuration.evaluate.episodes) unseen seeds from "
          + "\(configuration.evaluate.firstSeed); 95 % bootstrap intervals of the mean.",
        header: scores.tableHeader, rows: scores.tableRows),
      HTMLReport.Table(
        title: "What the latents tell",
        caption: "R² of a ridge probe on held-out episodes, beside PCA of the same size and the "
          + "untrained encoder.",
        header: ["fact", "latents", "PCA", "untrained"], rows: probeRows(study)),
    ]
    if let memory {
      report.tables.append(
        HTMLReport.Table(
          title: "What M foretells",
          caption: "−log p of the next latent on held-out episodes, in nats a dimension (less is "
            + "better); the baselines are Gaussians fitted to the training episodes.",
          header: ["model", "nats"], rows: Self.memoryRows(memory.study)))
    }
    report.pictures = pictures
    report.configuration = try RunFolder.yaml(configuration)
    return report
  }

  private var pictures: [HTMLReport.Picture] {
    var named = [
      ("The trained agent", "The evaluated episode of median return.", "episode.gif"),
      (
        "Learning", "Loss of V by step; returns of C by generation with the baselines.",
        "learning.png"
      ),
      (
        "Reconstruction", "Held-out frames: observation, reconstruction, error.",
        "reconstruction.png"
      ),
      ("Traversal", "One latent moved at a time, those with most KL first.", "traversal.png"),
      ("Samples", "Decoded draws from the prior.", "samples.png"),
    ]
    if memory != nil {
      named.insert(
        ("Memory", "Loss of M by step, beside what needs no memory.", "memory.png"), at: 2)
    }
    return named.map {
      HTMLReport.Picture(title: $0.0, caption: $0.1, file: context.folder.picture($0.2))
    }
  }

  private static func memoryRows(_ study: MemoryStudy) -> [[String]] {
    [
      ("M", study.nats), ("repeat the last latent", study.repeatLast),
      ("unconditional Gaussian", study.unconditional),
    ].map { [$0.0, NumberStyle.ratio($0.1)] }
  }

  private func probeRows(_ study: VisionStudy) -> [[String]] {
    study.probes.map {
      [
        $0.fact, NumberStyle.ratio($0.latent), NumberStyle.ratio($0.pca),
        NumberStyle.ratio($0.untrained),
      ]
    }
  }

  private func lines(_ study: VisionStudy) -> [String] {
    var lines = TextTable.lines(
      header: scores.tableHeader, rows: scores.tableRows,
      rightAligned: Set(1..<scores.tableHeader.count))
    lines.append("")
    lines += TextTable.lines(
      header: ["fact (R² on held-out episodes)", "latents", "PCA", "untrained"],
      rows: probeRows(study), rightAligned: [1, 2, 3])
    if let memory {
      lines.append("")
      lines += TextTable.lines(
        header: ["next latent, nats a dimension on held-out episodes", ""],
        rows: Self.memoryRows(memory.study), rightAligned: [1])
    }
    if let regions = study.regions, regions.meanFrame > 0 {
      lines.append("")
      lines.append(
        "squared error inside the moving objects: "
          + NumberStyle.ratio(regions.latent / regions.meanFrame) + " of the mean frame's")
    }
    return lines
  }
}
