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
  func run(in room: WorldRoom) throws -> [String] {
    let progress = room.progress.phase("report", total: 7, done: 0, unit: "parts")
    func passed(_ part: Int) throws {
      progress.update(done: part, terms: [])
      try room.stopIfInterrupted()
    }
    let data = room.trainingData(agent.dataset)
    let studies = try studies(data, room, beat: progress.beat)
    try passed(1)
    try draw(studies, data, room)
    try passed(2)
    var films = ReportFilms()
    try films.filmEpisode(agent, scores, room, beat: progress.beat)
    try passed(3)
    try films.filmDream(agent, scores, room, beat: progress.beat)
    try passed(4)
    let findings = try agent.model.findings(data, room.configuration, beat: progress.beat)
    try passed(5)
    var summary = RunSummary(
      room: room, agent: agent, scores: scores, studies: studies,
      passes: try PassStage.results(room), film: films.episode, dream: films.dream
    ).json(room.clock)
    summary.take(findings)
    try ReportPage(room.folder, room.configuration, summary: summary, curves: curves).write()
    progress.update(done: 6, terms: [])
    let dreamt = summary["dream"]?["mean"]?.asNumber.map { [Metric("result/dream", $0)] }
    try room.write(
      results: !room.entry.canBePlayed
        ? dreamt ?? []
        : ComparedPolicy.allCases.compactMap { policy in
          scores[policy].map { Metric("result/\(policy.rawValue)", $0.mean) }
        })
    try DurableFile.write(summary, to: room.folder.summaryFile)
    progress.finish(done: 7)
    return lines(studies, summary) + findings.closingLines
  }

  private func studies(
    _ data: TrainingData, _ room: WorldRoom, beat: () -> Void
  ) throws -> LearnedStudies {
    let studies = try LearnedStudies(agent.environments.model, data, room.entry, beat: beat)
    guard studies.vision == nil, !agent.dataset.episodes.isEmpty else { return studies }
    let probes = FeatureProbes(
      agent: agent.environments, data: data, untrained: try agent.model.trainer.untrained())
    return studies.with(probes: try probes.probes(beat: beat))
  }

  private var curves: LearningCurves {
    var all = agent.model.allCurves
    all.merge(agent.learner.curves.curves)
    return all
  }

  private func draw(_ studies: LearnedStudies, _ data: TrainingData, _ room: WorldRoom) throws {
    let model = agent.environments.model
    if let vision = (model as? any SeesThroughAutoencoder)?.vision, let study = studies.vision {
      try RunPictures(vision: vision, folder: room.folder, subject: room.subject)
        .draw(study, NotableFrames(data.frames, data.frameSplit, room), rootSeed: room.rootSeed)
    }
    let learning = LearningPictures(folder: room.folder, subject: room.subject)
    if let memory = studies.memory {
      try learning.memory(
        curves, nats: memory.nats, repeatLast: memory.repeatLast,
        unconditional: memory.unconditional)
    }
    let isDream = room.configuration.learner.place == .dream
    try learning.learning(curves, baselines: baselines, isDream: isDream)
  }

  /// Random and the best blind policy: returns in the world.
  private var baselines: [ReferenceLine] {
    [ComparedPolicy.random, .blind].compactMap { policy in
      scores[policy].map {
        ReferenceLine(
          policy == .random ? "random" : "best blind", $0.mean,
          color: policy == .random ? Theme.secondary : Theme.warning)
      }
    }
  }

  /// What is probed.
  private func what(_ studies: LearnedStudies) -> String {
    studies.vision == nil ? "features" : "latents"
  }

  private func lines(_ studies: LearnedStudies, _ summary: JSONValue) -> [String] {
    var lines =
      UnplayedReturns(summary)?.lines
      ?? TextTable.lines(
        header: scores.tableHeader, rows: scores.tableRows,
        rightAligned: Set(1..<scores.tableHeader.count))
    if !studies.probes.isEmpty {
      lines.append("")
      lines += TextTable.lines(
        header: ["fact (R² on held-out episodes)", what(studies), "PCA", "untrained"],
        rows: ReportTables.rows(studies.probes), rightAligned: [1, 2, 3])
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
    let warnings = ModelWarnings(vision: studies.vision, memory: studies.memory).lines
    return lines + (warnings.isEmpty ? [] : [""] + warnings)
  }
}
