import Evaluation
import Experiments
import Files
import LongWork
import Pictures
import Settings

extension FinishedVision {
  /// Says what is wrong with the autoencoder and what cures it; writes `doctor.json` and `doctor.png`.
  package func doctor(progress: ProgressReporter) throws -> DoctorReport {
    let hold = try folder.beginStudy()
    defer { hold.end() }
    let (source, split) = try opened([], nil, progress)
    guard split.heldOut.count > 1 else {
      throw ExperimentError(
        place: folder.url.relativePath, cause: "the run held out no frames to judge by",
        remedy: "train on more frames: a share of them is held out (collect.heldOut)")
    }
    let phase = progress.phase("doctor", total: RunDoctor.partCount, done: 0, unit: "parts")
    let doctor = RunDoctor(part, curves, source, split, configuration)
    let examination = try doctor.examine {
      phase.update(done: $0, terms: [])
      try ModelEvaluationStage.stopIfInterrupted()
    }
    phase.finish(done: RunDoctor.partCount)
    let report = DoctorReport(findings: Doctor.findings(in: examination))
    try DurableFile.createFolder(folder.media)
    try PNG.write(
      picture(of: examination, report).frame(),
      to: folder.media.appending(path: Self.doctorPicture).path)
    try DurableFile.write(report.json, to: folder.doctorFile)
    return report
  }

  /// The picture of what the doctor looked at, in the run's `media`.
  package static let doctorPicture = "doctor.png"

  private func picture(of examination: Examination, _ report: DoctorReport) -> DoctorSheet {
    let sigma = examination.settings.impliedSigma.map(Double.init)
    return DoctorSheet(
      title: "\(configuration.subject): \(report.title)", losses: LossCurves(curves),
      variances: examination.spectrum?.variances ?? [], keptVariance: sigma.map { $0 * $0 },
      divergences: examination.latents.divergences)
  }

  /// The run's configuration with the cures of findings laid over it.
  ///
  /// - Returns: nil where no setting cures them.
  package func cured(of report: DoctorReport) throws -> RunConfiguration? {
    let settings = report.settings
    guard !settings.isEmpty else { return nil }
    var overlay = try ConfigurationOverlay(configuration, kinds: toolkit.kinds)
    for setting in settings { try overlay.apply(setting: setting) }
    return try overlay.configuration()
  }

  /// Whether V learned from frames alone, in no run of a world.
  package var isOfFrames: Bool { configuration.isOfFrames }
}

/// What the doctor found, for people and for programs.
package struct DoctorReport {
  /// One for each trouble that was looked for.
  package let findings: [Finding]

  /// `findings`.
  package var json: JSONValue { ["findings": .array(findings.map(\.json))] }

  /// What was found, in some words.
  var title: String {
    guard !findings.wrong.isEmpty else { return "nothing is wrong" }
    return findings.wrong.map { "\($0.severity.rawValue): \($0.trouble.rawValue)" }
      .joined(separator: ", ")
  }

  /// What was found: what is wrong first.
  package var lines: [String] {
    let well = findings.filter { $0.severity == .ok }
    return findings.wrong.flatMap(\.lines) + well.flatMap(\.lines)
  }

  /// Settings that cure what is wrong, the worst first; where two ask for one setting the first has it.
  ///
  /// A trouble of the training itself comes before what it may have caused.
  package var settings: [String] {
    var keys: Set<String> = []
    return findings.wrong.flatMap { $0.remedy?.settings ?? [] }.filter {
      keys.insert(String($0.prefix { $0 != "=" })).inserted
    }
  }
}
