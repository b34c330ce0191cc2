import Datasets
import EnvironmentKit
import Evaluation
import Files
import Foundation
import Pictures
import WorldModels

/// Measures V, draws the pictures, and writes `summary.json` and `report.html` of a run of V alone.
struct VisionReportStage: Stage {
  static let name = "report"

  /// What was trained.
  let model: any WorldModel
  let training: ModelTraining
  /// What it was trained on.
  let data: TrainingData

  /// Writes everything; returns the results as lines of text.
  func run(in room: RunRoom) throws -> [String] {
    let progress = room.phase("report", total: 4, done: 0, unit: "parts")
    func passed(_ part: Int) throws {
      progress.update(done: part, terms: [])
      try room.stopIfInterrupted()
    }
    let vision = (model as? any SeesThroughAutoencoder)?.vision
    let study = try vision.map {
      try VisionStudy(
        $0, data.frames, data.frameSplit, regions: room.regions(inFramesOf: data.frames.frameShape),
        probesCategories: true, rootSeed: data.rootSeed, beat: progress.beat)
    }
    try passed(1)
    if let vision, let study {
      try RunPictures(vision: vision, folder: room.folder, subject: room.subject)
        .draw(study, NotableFrames(data.frames, data.frameSplit, room), rootSeed: room.rootSeed)
    }
    try LearningPictures(folder: room.folder, subject: room.subject)
      .learning(training.allCurves, baselines: [], isDream: false)
    try passed(2)
    let findings = try training.findings(data, room.configuration, beat: progress.beat)
    try passed(3)
    var summary = summary(study, vision?.configuration.impliedSigma, room)
    summary.take(findings)
    try ReportPage(room.folder, room.configuration, summary: summary, curves: training.allCurves)
      .write()
    try room.write(
      results: study.map {
        [
          Metric("result/reconstruction", $0.reconstruction),
          Metric("result/kl", $0.divergences.reduce(0, +)),
        ]
      } ?? [])
    try DurableFile.write(summary, to: room.folder.summaryFile)
    progress.finish(done: 4)
    return (study.map(lines) ?? []) + findings.closingLines
  }

  private func summary(_ study: VisionStudy?, _ sigma: Float?, _ room: RunRoom) -> JSONValue {
    let (configuration, split) = (room.configuration, data.frameSplit)
    let parts = training.trainer.parts
    var value: JSONValue = [
      "schema": .integer(RunFolder.summarySchema), "program": .string(ProgramVersion.text),
      "preset": .string(configuration.preset), "seed": .integer(configuration.seed),
      "model": .string(configuration.model.kind),
      "data": [
        "paths": .array(configuration.data.frames.map { .string($0) }),
        "shape": .array(data.frames.frameShape.map { .integer($0) }),
        "frames": .integer(data.frames.frameCount), "training": .integer(split.training.count),
        "heldOut": .integer(split.heldOut.count), "leftOut": .integer(split.leftOut.count),
      ],
      "parameters": .object(parts.map { .init($0.name, .integer($0.parameterCount)) }),
      "skippedSteps": .object(parts.map { .init($0.name, .integer($0.skipped)) }),
    ]
    if let study {
      value["vision"] = study.json(facts: data.frames.frameFacts, impliedSigma: sigma)
      let warnings = ModelWarnings(vision: study).lines
      if !warnings.isEmpty { value["warnings"] = .array(warnings.map { .string($0) }) }
    }
    value["timing"] = room.clock.timing
    return value
  }

  private func lines(_ study: VisionStudy) -> [String] {
    let split = data.frameSplit
    var lines = TextTable.lines(
      header: ["V on held-out frames", ""],
      rows: [
        [study.errorTitle, NumberStyle.value(study.reconstruction)],
        ["KL, nats", NumberStyle.value(study.divergences.reduce(0, +))],
        ["active latents", "\(study.activeUnits) of \(study.divergences.count)"],
        ["frames to learn from, held out", "\(split.training.count), \(split.heldOut.count)"],
      ]
        + (study.leftOut.map { [["\(study.errorTitle) left out", NumberStyle.value($0)]] }
          ?? []),
      rightAligned: [1])
    for (title, probes) in [
      ("fact (R² on held-out frames)", study.probes),
      ("label (share told right on held-out frames)", study.labels),
    ] where !probes.isEmpty {
      lines.append("")
      lines += TextTable.lines(
        header: [title, "latents", "PCA", "untrained"], rows: ReportTables.rows(probes),
        rightAligned: [1, 2, 3])
    }
    let warnings = ModelWarnings(vision: study).lines
    return lines + (warnings.isEmpty ? [] : [""] + warnings)
  }
}
