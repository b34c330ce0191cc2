import Files
import WorldModels

/// A world model in training with the learning curves of its parts.
final class ModelTraining {
  /// The model.
  let trainer: any WorldModelTrainer
  /// One per part.
  var curves: [CurveRecorder]
  private var frozen: (steps: [Int], model: any WorldModel)?

  /// Steps that one point of a curve averages.
  private static let pointSteps = 25

  /// Makes the model of a run, as far as it was saved.
  init(in room: RunRoom) throws {
    trainer = try room.configuration.model.makeTrainer(in: room.modelRoom)
    curves = trainer.parts.map { _ in CurveRecorder(pointSteps: Self.pointSteps) }
    room.snapshot.phases = RunSnapshot.phases(
      parts: trainer.parts.map(\.title), hasPolicy: !room.configuration.isOfFrames)
    for place in trainer.parts.indices {
      let part = trainer.parts[place]
      let saved = try room.checkpoints.enter(part.name, step: { part.step }) { [unowned self] in
        var file = part.save()
        self.curves[place].save(in: &file)
        return file
      }
      guard let saved else { continue }
      let path = room.checkpoints.file(part.name).path
      try part.restore(saved, place: path)
      try curves[place].restore(saved, place: path)
      room.checkpoints.isSaved(part.name)
      room.snapshot.curves.merge(curves[place].curves)
    }
  }

  /// Takes a part back to its last checkpoint, or to its beginning where there is none.
  func goBack(_ place: Int, in room: RunRoom) throws {
    let part = trainer.parts[place]
    if let saved = try room.checkpoints.saved(part.name) {
      let path = room.checkpoints.file(part.name).path
      try part.restore(saved, place: path)
      try curves[place].restore(saved, place: path)
    } else {
      let fresh = try room.configuration.model.makeTrainer(in: room.modelRoom).parts[place]
      try part.restore(fresh.save(), place: part.name)
      curves[place] = CurveRecorder(pointSteps: Self.pointSteps)
    }
    frozen = nil
  }

  /// The model as it is now; the same object until a part has taken a step.
  func freeze() throws -> any WorldModel {
    let steps = trainer.parts.map(\.step)
    if let frozen, frozen.steps == steps { return frozen.model }
    let model = try trainer.freeze()
    frozen = (steps, model)
    return model
  }

  /// All curves so far.
  var allCurves: LearningCurves {
    var all = LearningCurves()
    for recorder in curves { all.merge(recorder.curves) }
    return all
  }
}
