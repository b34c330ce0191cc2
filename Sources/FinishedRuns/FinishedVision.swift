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

/// The autoencoder of a run, read back from its folder, whatever it was trained on.
package struct FinishedVision {
  let folder: RunFolder
  let configuration: RunConfiguration
  let toolkit: Toolkit
  package let reading: AutoencoderReading
  /// The autoencoder in training, as far as it was saved.
  let part: any TrainsAutoencoder
  /// How it learned.
  let curves: LearningCurves
  private let untrained: FrozenVision
  /// The world, where frames were collected from one.
  let entry: CatalogEntry?
  let identity: RunIdentity

  /// Reads a run's autoencoder.
  ///
  /// - Throws: where the folder is no run, has no autoencoder, or its checkpoint is missing or foreign.
  package init(_ folder: RunFolder, _ toolkit: Toolkit) throws {
    configuration = try folder.configuration(toolkit.kinds)
    (self.folder, self.toolkit) = (folder, toolkit)
    entry = try folder.world(of: configuration, toolkit)
    let note = folder.notedFrames
    identity = try RunIdentity(
      configuration, entry, part: entry == nil ? note?["hash"]?.asString ?? "" : "")
    var room =
      entry.map(configuration.modelRoom)
      ?? ModelRoom(frameShape: [], actions: .discrete([]), rootSeed: UInt64(configuration.seed))
    if let format = note.flatMap(FrameFormat.init(noted:)) { room.frames = format }
    if let problem = configuration.model.furtherProblems(in: room).first {
      throw ExperimentError(
        place: folder.url.relativePath,
        cause: "its model does not fit its frames: \(problem.cause)",
        remedy: "put config.yaml and frames.json back as the run wrote them")
    }
    let trainer = try configuration.model.makeTrainer(in: room)
    guard let part = trainer.parts.lazy.compactMap({ $0 as? any TrainsAutoencoder }).first else {
      throw ExperimentError(
        .usage, place: folder.url.relativePath,
        cause: "its model is of kind '\(configuration.model.kind)', which has no autoencoder",
        remedy: "give the folder of: \(ShellCommand.text("train", "vision"))")
    }
    untrained = FrozenVision(part.autoencoder)
    let checkpoints = CheckpointSet(folder.checkpoints, run: identity)
    let (file, place) = try FinishedRun.checkpoint(part.name, checkpoints, folder)
    try part.restore(file, place: place)
    self.part = part
    curves = try LearningCurves(in: file, place: place)
    reading = AutoencoderReading(part.autoencoder, part.frozen)
  }

  /// Measures it; writes `vision.json` and pictures, and renews the report.
  ///
  /// - Parameters:
  ///   - frames: files, or folders, to judge by; the run's own held-out frames where none are given.
  ///   - labels: a file of what is known of them.
  ///   - samples: latents a frame of the tightest bound.
  package func evaluate(
    frames: [String], labels: String?, samples: Int, progress: ProgressReporter
  ) throws -> NumberTable {
    let hold = try folder.beginStudy(renewing: configuration)
    defer { hold.end() }
    let (source, split) = try opened(frames, labels, progress)
    var extent = AutoencoderEvaluation.Extent()
    extent.samples = samples
    let evaluation = AutoencoderEvaluation(
      reading, untrained: untrained, source, split, rootSeed: UInt64(configuration.seed),
      extent: extent)
    let count = AutoencoderEvaluation.partCount
    let phase = progress.phase("evaluate vision", total: count, done: 0, unit: "parts")
    let judgement = try evaluation.run(
      parts: {
        phase.update(done: $0, terms: [])
        try ModelEvaluationStage.stopIfInterrupted()
      }, beat: phase.beat)
    try DurableFile.createFolder(folder.media)
    try judgement.pictures(reading.format, subject: configuration.subject)
      .write(to: folder.media)
    try DurableFile.write(judgement.table.json, to: folder.visionFile)
    try ReportPage.renew(folder, configuration)
    phase.finish(done: count)
    return judgement.table
  }

  /// What to say where its training was stopped: what is measured is then of that day; nil where it is done.
  package var unfinishedNote: String? {
    let loop = configuration.loop
    let steps = part.schedule.steps(ofPass: loop.passes, each: loop.modelSteps).upperBound
    guard part.step < steps else { return nil }
    return
      "note: V was trained for \(NumberStyle.count(part.step)) of \(NumberStyle.count(steps)) steps; go on with: "
      + folder.goOnCommand
  }

  /// The frames, and which of them facts are learned from.
  func opened(
    _ paths: [String], _ labels: String?, _ progress: ProgressReporter
  ) throws -> (source: any FrameSource, split: FrameSplit) {
    guard paths.isEmpty else {
      if let world = paths.first(where: { !FrameInput.isFile($0) }) {
        throw FrameInput.noFile(world, toolkit)
      }
      var preparation = FrameInput.preparation(configuration, near: folder, progress)
      // Documents are counted by the words that V has learned, not by those that these have in common.
      preparation.words = { try opened([], nil, progress).source.countedWords }
      let source = try FrameSources.open(paths, labels: labels ?? "", preparation)
      guard source.frameShape == reading.format.shape,
        source.frameFormat.classes <= reading.format.classes
      else {
        throw FileError(
          place: paths[0], cause: "has frames of \(source.frameShape)",
          remedy: "give frames of \(reading.format.shape), as the autoencoder takes")
      }
      return (source, FrameSplit(training: [], heldOut: Array(0..<source.frameCount)))
    }
    if let entry {
      let episodes = try folder.dataset(of: identity, configuration)
      let preparation = FrameInput.preparation(configuration, near: folder, progress)
      let source = try FrameSources.sized(episodes, path: entry.id, preparation)
      let split =
        try configuration.isOfFrames
        ? FrameInput.split(source, configuration) : FrameSplit(configuration.split(episodes))
      return (source, split)
    }
    let input = try FrameInput(configuration, folder: folder, toolkit, progress: progress)
    guard let (source, split) = input.opened else {
      preconditionFailure("opened: neither files nor a world")
    }
    try FrameNote(source, split, notes: input.notes, in: folder).check(configuration)
    return (source, split)
  }
}

extension RunFolder {
  /// The world that a run's frames come from; nil where they come from files.
  fileprivate func world(
    of configuration: RunConfiguration, _ toolkit: Toolkit
  ) throws -> CatalogEntry? {
    let named = configuration.data.frames
    guard configuration.isOfFrames else {
      return try entry(of: configuration, in: toolkit.worlds)
    }
    guard named.count == 1, !FrameInput.isFile(named[0]),
      toolkit.worlds.entries.contains(where: { $0.id == named[0] })
        || FileManager.default.fileExists(atPath: worldFile.path)
    else { return nil }
    return try entry(ofWorld: named[0], in: toolkit.worlds)
  }
}
