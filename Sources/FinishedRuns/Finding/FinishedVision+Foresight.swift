import Datasets
import EnvironmentKit
import Evaluation
import Experiments
import Files
import Foundation
import LongWork
import Settings
import WorldModels

extension FinishedVision {
  /// The run's memory with its autoencoder; nil where the model has none, or where it is not trained yet.
  ///
  /// - Throws: where its checkpoint is damaged or foreign.
  func memoryModel() throws -> MixtureMemoryModel? {
    guard let entry, !configuration.isOfFrames else { return nil }
    let trainer = try configuration.model.makeTrainer(in: configuration.modelRoom(in: entry))
    let checkpoints = CheckpointSet(folder.checkpoints, run: identity)
    for part in trainer.parts {
      guard FileManager.default.fileExists(atPath: checkpoints.readable(part.name).path) else {
        return nil
      }
      let (file, place) = try FinishedRun.checkpoint(part.name, checkpoints, folder)
      try part.restore(file, place: place)
    }
    return try trainer.freeze() as? MixtureMemoryModel
  }

  /// What M foretells along episodes.
  ///
  /// - Parameters:
  ///   - episodes: of the data set.
  ///   - beat: called for every episode; may throw to stop.
  /// - Returns: nil where the actions are not of the kind that M takes.
  func foresight(
    _ model: MixtureMemoryModel, _ dataset: EpisodeDataset, _ episodes: [EpisodeSpan],
    beat: () throws -> Void
  ) throws -> Foresight? {
    guard dataset.index.actions == model.actions else { return nil }
    let (encoding, space) = (model.actionEncoding, model.actions)
    let wanted = Set(episodes.map(\.frames.lowerBound))
    let read = try dataset.episodes.indices.filter {
      wanted.contains(dataset.episodes[$0].frames.lowerBound)
    }.map { episode in
      try beat()
      return LatentEpisode(
        dataset, episode, through: reading.frozen, actionSize: encoding.size(for: space)
      ) { encoding.numbers(of: $0, in: space) }
    }
    return Foresight(model.memory, read, otherActions: model.possibleActions)
  }

  /// What M foretells along the episodes among the frames that are looked at.
  ///
  /// - Parameter paths: where they come from; the run's own held-out ones where none are given.
  /// - Returns: nil where they are no episodes of the run's kind.
  func foresight(
    _ model: MixtureMemoryModel, _ paths: [String], _ source: any FrameSource,
    beat: () throws -> Void
  ) throws -> Foresight? {
    guard !paths.isEmpty else { return try heldOutForesight(model, steps: .max, beat: beat) }
    guard let dataset = source as? EpisodeDataset else { return nil }
    return try foresight(model, dataset, dataset.episodes, beat: beat)
  }

  /// What M foretells along the first held-out episodes that have so many steps.
  private func heldOutForesight(
    _ model: MixtureMemoryModel, steps: Int, beat: () throws -> Void
  ) throws -> Foresight? {
    let dataset = try folder.dataset(of: identity, configuration)
    let held = EpisodeSpan.upTo(steps, of: configuration.split(dataset).heldOut)
    return try foresight(model, dataset, held, beat: beat)
  }

  /// Learns what is normal from the run's own frames, as M foretold them.
  func study(
    _ model: MixtureMemoryModel, extent: AnomalyStudy.Extent, _ progress: ProgressReporter,
    beat: () throws -> Void
  ) throws -> AnomalyStudy {
    let seed = UInt64(configuration.seed)
    let (own, split) = try opened([], nil, progress)
    return try AnomalyStudy(
      reading, reading.judged(own, rootSeed: seed), split,
      foresight: heldOutForesight(model, steps: extent.foretoldSteps, beat: beat), rootSeed: seed,
      extent: extent, beat: beat)
  }

  /// Tells step by step how strange what the world shows is; nil where the run has no memory, or no episodes that it
  /// could learn from what is normal.
  ///
  /// - Parameters:
  ///   - run: a run that is open already.
  ///   - alpha: the share of normal steps that may be called abnormal.
  package static func surpriseGauge(
    _ run: FinishedRun, _ toolkit: Toolkit, alpha: Double, progress: ProgressReporter
  ) throws -> SurpriseGauge? {
    guard let model = run.environments.model as? MixtureMemoryModel,
      try run.configuration.isOfEpisodes || DatasetIndex.read(in: run.folder.data) != nil
    else { return nil }
    var extent = AnomalyStudy.Extent.live
    extent.alpha = alpha
    let phase = progress.phase("learn what is normal", total: 1, done: 0, unit: "parts")
    let study = try FinishedVision(run.folder, toolkit).study(
      model, extent: extent, progress, beat: phase.beat)
    phase.finish(done: 1)
    return SurpriseGauge(study, Forecaster(model.memory, otherActions: model.possibleActions))
  }
}

extension MixtureMemoryModel {
  /// What might be done, as M reads it: every choice; of numbers each at its bounds, the others in the middle.
  fileprivate var possibleActions: [[Float]] {
    let values: [ActionValue] =
      switch actions {
      case .discrete(let names): names.indices.map { .index(Int32($0)) }
      case .continuous(let bounds):
        bounds.indices.flatMap { component in
          [bounds[component].lowerBound, bounds[component].upperBound].map { end in
            var row = bounds.map { ($0.lowerBound + $0.upperBound) / 2 }
            row[component] = end
            return .row(row)
          }
        }
      }
    return values.map { actionEncoding.numbers(of: $0, in: actions) }
  }
}
