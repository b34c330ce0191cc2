import EnvironmentKit
import Evaluation
import Files
import Foundation
import LongWork
import Pictures
import Settings
import WorldModels

/// Fits the world model to the episodes of a pass, part after part.
struct ModelStage: Stage {
  static let name = "model"

  /// Which pass.
  let pass: Int
  /// What is fitted.
  let training: ModelTraining
  /// What it is fitted to.
  let data: TrainingData

  /// Goes on from the last checkpoint until all parts have taken their steps.
  func run(in room: RunRoom) throws -> any WorldModel {
    for place in training.trainer.parts.indices {
      let part = training.trainer.parts[place]
      let steps = part.schedule.steps(
        ofPass: pass, each: room.configuration.loop.modelSteps)
      if part.step < steps.upperBound {
        try room.clock.time(part.name) { try train(place, part, steps, room) }
      } else if part.step == steps.upperBound, room.isCheckpoint(pass), !part.isConcluded {
        try room.clock.time(part.name) { try conclude(place, part, steps, room) }
      }
    }
    if room.isCheckpoint(pass) { try room.checkpoints.save() }
    return try training.freeze()
  }

  private func train(
    _ place: Int, _ part: any TrainingPart, _ steps: Range<Int>, _ room: RunRoom
  ) throws {
    try room.leaderFirst { try part.prepare(data, steps: steps, pass: pass) }
    if room.ranks.isLeader { try foretell(part, room) }
    let progress = room.phase(
      part.title, total: steps.upperBound, done: part.step, unit: "steps")
    var skippedBefore = part.skipped
    var watch = BreakdownWatch(skipped: part.skipped)
    var alarm = (part as? any TrainsAutoencoder).map {
      CollapseAlarm($0.autoencoder.configuration, from: part.step)
    }
    while part.step < steps.upperBound {
      let metrics = try part.train()
      let isBroken = watch.observe(loss: metrics.first?.value ?? 0, skipped: part.skipped)
      if isBroken || (part.step == steps.upperBound && !watch.isSound) {
        try goBack(place, steps, room)
        (watch, skippedBefore) = (BreakdownWatch(skipped: part.skipped), part.skipped)
        continue
      }
      let isLast = part.step == steps.upperBound
      if let point = training.curves[place].add(metrics, step: part.step, closes: isLast) {
        try room.write(
          phase: part.name, step: part.step,
          point + [Metric("\(part.name)/skipped", Double(part.skipped))])
        show(place, part, steps, room) { _ in }
        let divergence = point.first { $0.name == "\(part.name)/kl" }?.value ?? .nan
        if let words = alarm?.observe(step: part.step, divergence: divergence) {
          room.warn("\(words); see: \(ShellCommand.text("doctor", room.folder.url.relativePath))")
        }
      }
      progress.update(done: part.step, terms: terms(metrics, part))
      // A model that may be broken is not saved: it is found out within some steps more.
      let isDue = room.isStopAsked || part.step.isMultiple(of: part.schedule.checkpointEvery)
      if isLast || (isDue && watch.isSound) {
        try refuseFailure(part, skippedBefore, steps, room)
        if isLast, room.isCheckpoint(pass) { try room.leaderFirst { try part.conclude() } }
        // Drawn first: a run that is killed between both does these steps, and the picture, again.
        try picture(place, part, steps, room)
        if !isLast || room.isCheckpoint(pass) { try room.checkpoints.save() }
        try room.stopIfInterrupted()
      }
    }
    progress.finish(done: part.step)
  }

  /// What the last step of a pass calls for, where the run was stopped before it was done.
  private func conclude(
    _ place: Int, _ part: any TrainingPart, _ steps: Range<Int>, _ room: RunRoom
  ) throws {
    try room.leaderFirst { try part.prepare(data, steps: steps, pass: pass) }
    try room.leaderFirst { try part.conclude() }
    try picture(place, part, steps, room)
    room.checkpoints.hasChanged(part.name)
    try room.checkpoints.save()
    try room.stopIfInterrupted()
  }

  /// Ends a training whose steps come to nothing: nearly all of them were skipped.
  private func refuseFailure(
    _ part: any TrainingPart, _ before: Int, _ steps: Range<Int>, _ room: RunRoom
  ) throws {
    let (taken, skipped) = (part.step - steps.lowerBound, part.skipped - before)
    guard taken >= 10, skipped * 2 > taken else { return }
    throw ExperimentError(
      place: part.title,
      cause: "\(skipped) of \(taken) steps had a loss or gradient that is not finite or exploded, "
        + "and were skipped: nothing is learned",
      remedy:
        "lower \(part.settingsPlace).learningRate, or check the frames and rewards of the world; the "
        + "checkpoint before is kept in \(room.folder.checkpoints.path)")
  }

  private func terms(_ metrics: [Metric], _ part: any TrainingPart) -> [(String, Double)] {
    metrics.filter { !$0.title.isEmpty }.map { ($0.title, $0.value) }
      + (part.skipped > 0 ? [("skipped", Double(part.skipped))] : [])
  }

  /// Draws how far the model is, for those who look while it trains.
  private func picture(
    _ place: Int, _ part: any TrainingPart, _ steps: Range<Int>, _ room: RunRoom
  ) throws {
    guard room.ranks.isLeader, part.name == "vision", room.isCheckpoint(pass),
      let model = try training.freeze() as? any SeesThroughAutoencoder,
      let vision = model.vision
    else { return }
    let pictures = RunPictures(vision: vision, folder: room.folder, subject: room.subject)
    let pairs = try pictures.reconstruction(
      NotableFrames(data.frames, data.frameSplit, room).frames)
    show(place, part, steps, room) { $0.pairs = pairs }
  }

  private func show(
    _ place: Int, _ part: any TrainingPart, _ steps: Range<Int>, _ room: RunRoom,
    _ change: (inout RunSnapshot) -> Void
  ) {
    let curves = training.curves[place].curves
    room.show(
      phase: part.title, progress: Double(part.step) / Double(max(1, steps.upperBound)),
      detail: "step \(part.step)"
    ) {
      $0.curves.merge(curves)
      change(&$0)
    }
  }
}
