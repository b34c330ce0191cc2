import Datasets
import EnvironmentKit
import WorldModels

/// What stands when V and M are trained: the data, both models, and what C may act in.
struct TrainedWorldModel {
  let dataset: EpisodeDataset
  let vision: TrainedVision
  let latents: LatentStore
  /// Nil where neither the controller's input nor its world asks for one.
  let memory: TrainedMemory?
  let batches: AgentBatches

  /// Runs the stages collect, V and M, as far as the folder says that they are not done.
  ///
  /// - Parameter pass: which pass over the stages; the ones after the first collect with the controller of
  ///   the pass before and go on training.
  init(_ context: RunContext, pass: TrainingPass, clock: StageClock) throws {
    let dataset = try clock.time("collect") { try CollectStage(context, pass).run() }
    let vision = try clock.time("vision") { try VisionStage(context, dataset, pass).run() }
    let latents = try clock.time("latents") {
      try context.encode(dataset, with: vision.frozen)
    }
    let memory =
      context.configuration.needsMemory
      ? try clock.time("memory") { try MemoryStage(context, dataset, latents, pass).run() } : nil
    self.dataset = dataset
    self.vision = vision
    self.latents = latents
    self.memory = memory
    batches = AgentBatches(
      entry: context.entry, configuration: context.configuration, vision: vision.frozen,
      memory: memory?.frozen)
  }
}

extension RunContext {
  /// Encodes a run's frames into its folder.
  fileprivate func encode(
    _ dataset: EpisodeDataset, with vision: FrozenVision
  ) throws -> LatentStore {
    let progress = progress.phase("encode", total: dataset.frameCount, done: 0, unit: "frames")
    defer { progress.finish(done: dataset.frameCount) }
    return try LatentStore(vision, dataset, in: folder.latents) {
      progress.update(done: $0, terms: [])
    }
  }
}

/// One pass of collecting and training, and how far each stage is to come in it.
///
/// The first pass has the budgets of the stages themselves, every later one those of `refinement`.
struct TrainingPass {
  /// 1 or more.
  let number: Int
  /// Who collects; nil for the varied random policy.
  let collector: (batches: AgentBatches, controller: TrainedController)?
  private let configuration: RunConfiguration

  /// The pass of a number.
  init(
    _ number: Int, of configuration: RunConfiguration,
    collector: (batches: AgentBatches, controller: TrainedController)? = nil
  ) {
    (self.number, self.configuration, self.collector) = (number, configuration, collector)
  }

  private var refinements: Int { number - 1 }

  /// Frames that the data set has at least after this pass.
  var frames: Int {
    configuration.collect.frames + refinements * configuration.refinement.frames
  }

  /// V's steps of this pass.
  var visionSteps: Range<Int> {
    steps(configuration.visionTraining.steps, configuration.refinement.visionSteps)
  }

  /// M's steps of this pass.
  var memorySteps: Range<Int> {
    steps(configuration.memoryTraining.steps, configuration.refinement.memorySteps)
  }

  private func steps(_ first: Int, _ later: Int) -> Range<Int> {
    number == 1
      ? 0..<first : first + (refinements - 1) * later..<first + refinements * later
  }
}
