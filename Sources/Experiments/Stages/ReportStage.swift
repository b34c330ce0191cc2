import Controllers
import Datasets
import EnvironmentKit
import Evaluation
import Files
import Foundation
import Pictures
import WorldModels

/// Measures the model, draws the pictures, and writes `summary.json` and `report.html`.
struct ReportStage: Stage {
  static let name = "report"

  /// What the loop ended with.
  let agent: LearnedAgent
  /// What its policy and the baselines reached.
  let scores: EvaluationResult

  /// Writes everything; returns the tables as lines of text.
  func run(in room: RunRoom) throws -> [String] {
    let progress = room.progress.phase("report", total: 5, done: 0, unit: "parts")
    let data = room.trainingData(agent.dataset)
    let studies = try studies(data, room, beat: progress.beat)
    progress.update(done: 1, terms: [])
    try draw(studies, data.split, room)
    progress.update(done: 2, terms: [])
    try EpisodeRecorder(environments: agent.environments, policy: agent.learner.learner.policy())
      .record(recordedSeed, to: room.folder.picture("episode.gif"), beat: progress.beat)
    progress.update(done: 3, terms: [])
    let summary = RunSummary(
      room: room, agent: agent, scores: scores, studies: studies,
      passes: try PassStage.results(room))
    try room.folder.write(page(studies, summary, room).render(), to: room.folder.reportFile)
    progress.update(done: 4, terms: [])
    try DurableFile.write(summary.json(room.clock), to: room.folder.summaryFile)
    progress.finish(done: 5)
    return lines(studies)
  }

  private func studies(
    _ data: TrainingData, _ room: RunRoom, beat: () -> Void
  ) throws -> LearnedStudies {
    let studies = try LearnedStudies(agent.environments.model, data, room.entry, beat: beat)
    guard studies.vision == nil else { return studies }
    let probes = FeatureProbes(
      agent: agent.environments, data: data, untrained: try agent.model.trainer.untrained())
    return studies.with(probes: try probes.probes(beat: beat))
  }

  private var curves: LearningCurves {
    var all = agent.model.allCurves
    all.merge(agent.learner.curves.curves)
    return all
  }

  private func draw(_ studies: LearnedStudies, _ split: DatasetSplit, _ room: RunRoom) throws {
    let model = agent.environments.model
    if let vision = (model as? any SeesThroughAutoencoder)?.vision, let study = studies.vision {
      let pictures = RunPictures(vision: vision, folder: room.folder, worldID: room.entry.id)
      let frames = NotableFrames(agent.dataset, split, room.entry).frames
      try pictures.reconstruction(frames)
      if let middle = frames.dropFirst(frames.count / 2).first?.frame {
        try pictures.traversal(around: middle, divergences: study.divergences)
      }
      try pictures.samples(rootSeed: room.rootSeed)
    }
    let learning = LearningPictures(folder: room.folder, worldID: room.entry.id)
    if let memory = studies.memory {
      try learning.memory(
        curves, nats: memory.nats, repeatLast: memory.repeatLast,
        unconditional: memory.unconditional)
    }
    let isDream = room.configuration.learner.place == .dream
    try learning.learning(curves, baselines: isDream ? [] : baselines, isDream: isDream)
  }

  /// Random and the best blind policy: returns in the world, which no axis of dreamt returns may show.
  private var baselines: [ReferenceLine] {
    [ComparedPolicy.random, .blind].compactMap { policy in
      scores[policy].map {
        ReferenceLine(
          policy == .random ? "random" : "best blind", $0.mean,
          color: policy == .random ? Theme.secondary : Theme.warning)
      }
    }
  }

  /// The evaluated episode of median return: neither the best nor the worst is shown.
  private var recordedSeed: UInt64 {
    let results = scores[.trained]?.results ?? []
    let order = results.sorted { ($0.episodeReturn, $0.seed) < ($1.episodeReturn, $1.seed) }
    return order.isEmpty ? 0 : order[order.count / 2].seed
  }

  private func lines(_ studies: LearnedStudies) -> [String] {
    var lines = TextTable.lines(
      header: scores.tableHeader, rows: scores.tableRows,
      rightAligned: Set(1..<scores.tableHeader.count))
    if !studies.probes.isEmpty {
      lines.append("")
      lines += TextTable.lines(
        header: ["fact (R² on held-out episodes)", what(studies), "PCA", "untrained"],
        rows: ReportTables.probes(studies), rightAligned: [1, 2, 3])
    }
    if let memory = studies.memory {
      lines.append("")
      lines += TextTable.lines(
        header: ["next latent, nats per latent number on held-out episodes", ""],
        rows: ReportTables.memory(memory), rightAligned: [1])
    }
    if let regions = studies.vision?.regions, regions.meanFrame > 0 {
      lines.append("")
      lines.append(
        "squared error inside the moving objects: "
          + NumberStyle.ratio(regions.latent / regions.meanFrame) + " of the mean frame's")
    }
    let warnings = ModelWarnings(studies).lines
    return lines + (warnings.isEmpty ? [] : [""] + warnings)
  }
}

extension ReportStage {
  /// What is probed.
  private func what(_ studies: LearnedStudies) -> String {
    studies.vision == nil ? "features" : "latents"
  }

  private func page(
    _ studies: LearnedStudies, _ summary: RunSummary, _ room: RunRoom
  ) throws -> HTMLReport {
    let configuration = room.configuration
    var report = HTMLReport(
      title: "\(configuration.world), preset \(configuration.preset), seed \(configuration.seed)",
      subtitle: summary.subtitle)
    report.tables = [
      HTMLReport.Table(
        title: "Returns",
        caption: "\(configuration.evaluate.episodes) unseen seeds from "
          + "\(configuration.evaluate.firstSeed); 95 % bootstrap intervals of the mean.",
        header: scores.tableHeader, rows: scores.tableRows)
    ]
    if !studies.probes.isEmpty {
      report.tables.append(
        HTMLReport.Table(
          title: "What the \(what(studies)) tell",
          caption: "R² of a ridge probe on held-out episodes, beside PCA of the same size and the "
            + "untrained \(studies.vision == nil ? "model" : "encoder").",
          header: ["fact", what(studies), "PCA", "untrained"], rows: ReportTables.probes(studies)))
    }
    if let memory = studies.memory {
      report.tables.append(
        HTMLReport.Table(
          title: "What M foretells",
          caption:
            "−log p of the next latent on held-out episodes, in nats per latent number (less "
            + "is better); the baselines are Gaussians fitted to the training episodes.",
          header: ["model", "nats"], rows: ReportTables.memory(memory)))
    }
    report.warnings = ModelWarnings(studies).lines
    report.pictures = pictures(studies, room)
    report.configuration = try RunFolder.yaml(configuration)
    return report
  }

  private func pictures(_ studies: LearnedStudies, _ room: RunRoom) -> [HTMLReport.Picture] {
    var named = [
      ("The trained agent", "The evaluated episode of median return.", "episode.gif"),
      (
        "Learning",
        "Loss of V by step; returns of C by generation, with the baselines where it "
          + "learns in the world.", "learning.png"
      ),
    ]
    if studies.memory != nil {
      named.append(("Memory", "Loss of M by step, beside what needs no memory.", "memory.png"))
    }
    if studies.vision != nil {
      named += [
        (
          "Reconstruction", "Held-out frames: observation, reconstruction, error.",
          "reconstruction.png"
        ),
        ("Traversal", "One latent moved at a time, those with most KL first.", "traversal.png"),
        ("Samples", "Decoded draws from the prior.", "samples.png"),
      ]
    }
    return named.map {
      HTMLReport.Picture(title: $0.0, caption: $0.1, file: room.folder.picture($0.2))
    }
  }
}
