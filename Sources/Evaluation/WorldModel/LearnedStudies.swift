import Datasets
import EnvironmentKit
import WorldModels

/// What a world model has learned, as far as its kind can be measured: each study is nil where it does
/// not apply.
package struct LearnedStudies {
  /// How well frames pass through its latents.
  package let vision: VisionStudy?
  /// How well it foretells latents.
  package let memory: MemoryStudy?
  /// Probes of the world's facts from its features, where there is no study of an autoencoder.
  package private(set) var probes: [VisionStudy.FactProbe]

  /// These studies with probes of the features of a model that has no autoencoder.
  package func with(probes: [VisionStudy.FactProbe]) -> LearnedStudies {
    var result = self
    result.probes = probes
    return result
  }

  /// Measures a model on the held-out episodes that it was trained beside.
  package init(
    _ model: any WorldModel, _ data: TrainingData, _ entry: CatalogEntry, beat: () -> Void
  ) throws {
    let seeing = (model as? any SeesThroughAutoencoder)?.vision
    vision = try seeing.map {
      try VisionStudy(
        $0, data.frames, data.frameSplit,
        regions: entry.regions(inFramesOf: data.frames.frameShape),
        rootSeed: data.rootSeed, beat: beat)
    }
    probes = vision?.probes ?? []
    guard let both = model as? MixtureMemoryModel, let seeing else {
      memory = nil
      return
    }
    let (dataset, split) = try data.episodes()
    let total = dataset.frameCount
    let latents = try LatentStore(seeing, dataset, in: data.folder) {
      try data.progress("encode", $0, total, "frames")
    }
    memory = MemoryStudy(
      TeacherForcing(
        memory: both.memory, dataset: dataset, latents: latents, actions: both.actions,
        encoding: both.actionEncoding, sampleSeed: data.rootSeed), heldOut: split.heldOut,
      beat: beat)
  }
}
