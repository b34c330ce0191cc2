import Evaluation
import Files
import Settings
import WorldModels

/// What a training says of trouble, and how it goes on after it.
extension ModelStage {
  /// How often a part may go back before its training is given up.
  private static let mostSlowdowns = 3

  /// Says, before the first step, how many latents the settings let expect to be of use.
  func foretell(_ part: any TrainingPart, _ room: RunRoom) throws {
    guard part.step == 0, let seeing = part as? any TrainsAutoencoder,
      data.frameSplit.training.count > 2
    else { return }
    let vision = seeing.autoencoder
    guard
      let spectrum = try DataSpectrum(
        data.frames, frames: data.frameSplit.training, latents: vision.configuration.latentSize,
        vision.format),
      let forecast = CollapseForecast(
        vision.configuration, spectrum, settingsPlace: part.settingsPlace)
    else { return }
    forecast.isCollapse ? room.warn(forecast.words) : room.note(forecast.words)
  }

  /// Takes up the part's last checkpoint, or its beginning, to go on from there in shorter steps.
  ///
  /// - Throws: where that has helped too often already.
  func goBack(_ place: Int, _ steps: Range<Int>, _ room: RunRoom) throws {
    let part = training.trainer.parts[place]
    let (step, count) = (part.step, part.slowdowns + 1)
    guard count <= Self.mostSlowdowns else {
      throw ExperimentError(
        place: part.title,
        cause:
          "loss or gradients were not finite or exploded around step \(step), also after it went back "
          + "\(Self.mostSlowdowns) times to go on with a quarter of the learning rate each time",
        remedy:
          "lower \(part.settingsPlace).learningRate, set \(part.settingsPlace).gradientClipNorm, or check the "
          + "frames and rewards of the world; the last checkpoint, before that, is kept in "
          + room.folder.checkpoints.path)
    }
    try training.goBack(place, in: room)
    part.slowdowns = count
    room.checkpoints.hasChanged(part.name)
    try room.leaderFirst { try part.prepare(data, steps: steps, pass: pass) }
    room.warn(
      "\(part.title): loss or gradients were not finite or exploded around step \(step): it goes on from "
        + "step \(part.step) with a quarter of the learning rate")
  }
}
