import Controllers
import Datasets
import Evaluation
import Files
import Pictures
import Settings
import WorldModels

/// The doctor's look at a run, at its end or later.
package struct RunDoctor {
  private let checkup: Checkup
  private let record: Examination.Training
  private let place: String
  private let reader: Examination.Reader

  /// Prepares.
  ///
  /// - Parameters:
  ///   - part: the autoencoder in training.
  ///   - curves: how it learned.
  package init(
    _ part: any TrainsAutoencoder, _ curves: LearningCurves, _ source: any FrameSource,
    _ split: FrameSplit, _ configuration: RunConfiguration
  ) {
    checkup = Checkup(
      AutoencoderReading(part.autoencoder, part.frozen), source, split,
      rootSeed: UInt64(configuration.seed))
    record = Examination.Training(
      steps: part.step, skipped: part.skipped,
      losses: curves["\(part.name)/reconstruction"].values)
    place = part.settingsPlace
    reader = configuration.reader
  }

  /// Looks.
  ///
  /// - Parameter parts: called with the number of parts done; may throw to stop.
  package func examine(parts: (Int) throws -> Void = { _ in }) throws -> Examination {
    try checkup.examine(record, settingsPlace: place, reader: reader, parts: parts)
  }

  /// Parts of the work.
  package static let partCount = Checkup.partCount
}

extension RunConfiguration {
  /// Who reads the latents of the run.
  fileprivate var reader: Examination.Reader {
    if isOfFrames { return .anyone }
    let evolution = learner as? EvolutionSettings
    return evolution?.controller.hiddenUnits == 0
      ? .linearController(settingsPlace: "learner") : .network
  }
}

extension ModelTraining {
  /// What the doctor finds; empty where there is no autoencoder.
  func findings(
    _ data: TrainingData, _ configuration: RunConfiguration, beat: () -> Void
  ) throws -> [Finding] {
    guard let part = trainer.parts.lazy.compactMap({ $0 as? any TrainsAutoencoder }).first,
      data.frameSplit.heldOut.count > 1
    else { return [] }
    let doctor = RunDoctor(part, allCurves, data.frames, data.frameSplit, configuration)
    return Doctor.findings(in: try doctor.examine { _ in beat() })
  }
}

extension [Finding] {
  /// Those of something that is wrong, the worst first.
  package var wrong: [Finding] {
    filter { $0.severity == .trouble } + filter { $0.severity == .warning }
  }

  /// What a run says of them when it ends: one line where all is well.
  var closingLines: [String] {
    if isEmpty { return [] }
    guard wrong.isEmpty else { return [""] + wrong.flatMap(\.lines) }
    guard contains(where: \.isTooYoung) else { return ["", "doctor: nothing is wrong with V"] }
    if let blindness { return ["", blindness] }
    return [
      "",
      "doctor: nothing is wrong with V that can be told: its training was too short to judge all",
    ]
  }

  /// What is said where the training is too young to be judged and reconstructions tell nothing of their frame yet.
  fileprivate var blindness: String? {
    guard wrong.isEmpty, contains(where: \.isTooYoung), let share = shareOfMeanFrameError,
      share > Self.blindShare
    else { return nil }
    return
      "warning: V does not draw frames yet: its squared error is \(NumberStyle.ratio(share)) times "
      + "the mean frame's; train it longer (model.steps)"
  }

  /// Share of the mean frame's error above which reconstructions tell nothing of their frame.
  private static var blindShare: Double { 0.95 }

  /// The squared error of reconstructions as a share of what the mean frame has; nil where it was not measured.
  private var shareOfMeanFrameError: Double? {
    let evidence = first { $0.trouble == .overRegularised }?.evidence
    return evidence?.first { $0.name == "explained" }.map { 1 - $0.value }
  }
}

extension JSONValue {
  /// Adds to a summary what the doctor finds, and the warning that follows from it.
  mutating func take(_ findings: [Finding]) {
    guard !findings.isEmpty else { return }
    self["findings"] = .array(findings.map(\.json))
    guard let words = findings.blindness else { return }
    self["warnings"] = .array((self["warnings"]?.asArray ?? []) + [.string(words)])
  }
}
