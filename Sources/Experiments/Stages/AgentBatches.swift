import Controllers
import EnvironmentKit
import Evaluation
import WorldModels

/// What a run's controller may act in: the world seen through V and M, or the dream.
package struct AgentBatches {
  let entry: CatalogEntry
  let configuration: RunConfiguration
  let vision: FrozenVision
  /// Nil where neither the controller's input nor its world asks for one.
  let memory: FrozenMemory?
  /// What the controller is shown of the facts in the place of V's latents and M's state; nil for those.
  var view: FactsView?

  /// The world seen through V and M.
  ///
  /// - Parameter world: what is seen in the place of the run's own world, of the same kind.
  func real(
    count: Int, seeing world: (any EnvironmentBatch<UInt8>)? = nil
  ) throws -> LatentEnvironments {
    try LatentEnvironments(
      world ?? entry.batch(.pixels64, count: count), encoder: vision,
      reading: configuration.agent.reading, memory: memory,
      actionEncoding: configuration.agent.actionEncoding, input: configuration.agent.input)
  }

  /// The world as the controller sees it, be it by V and M or by the facts.
  func seen(
    count: Int, seeing world: (any EnvironmentBatch<UInt8>)? = nil
  ) throws -> any EnvironmentBatch<Float> {
    guard let view else { return try real(count: count, seeing: world) }
    return FactsEnvironments(
      world ?? entry.batch(.pixels64, count: count, observes: false), as: view)
  }

  /// The dream, begun at first latents of real episodes.
  func dream(
    count: Int, starts: DreamStarts, settings: DreamSettings? = nil
  ) throws -> DreamEnvironments {
    guard let memory else {
      throw ExperimentError(
        place: "dream", cause: "the run has no memory M to dream with",
        remedy: "run with --set controller.world=dream, or --set agent.input=zh")
    }
    return try DreamEnvironments(
      memory: memory, starts: starts, world: entry.specification(.pixels64),
      actions: entry.actions, actionEncoding: configuration.agent.actionEncoding,
      input: configuration.agent.input, settings: settings ?? configuration.dream, count: count,
      decoder: vision)
  }

  /// The controller's sizes.
  func shape() throws -> ControllerShape {
    let batch = try seen(count: 1)
    return try ControllerShape(
      configuration.controller, observation: batch.observationSpace, actions: batch.actionSpace)
  }
}

extension PolicyComparison {
  /// Plays a run's controller, seeing or fed another episode's latents.
  func controller(
    _ policy: ComparedPolicy, _ trainer: ControllerTrainer, in batches: AgentBatches,
    onStep: @escaping () -> Void
  ) throws -> PolicyScores {
    let limit = trainer.configuration.maximumSteps
    return try controller(
      policy, trainer.policy(), maximumSteps: limit > 0 ? limit : nil,
      seeing: { try batches.seen(count: $0.count, seeing: $0) }, onStep: onStep)
  }
}

extension RunConfiguration {
  /// Whether C's input or its world asks for M.
  public var needsMemory: Bool { agent.input != .latent || controller.world == .dream }

  /// M's configuration with the sizes that follow V and the world.
  func memory(for actions: ActionSpace) -> MemoryConfiguration {
    var resolved = memory
    resolved.latentSize = vision.latentSize
    resolved.actionSize = agent.actionEncoding.size(for: actions)
    return resolved
  }
}

extension MemoryConfiguration {
  /// The sizes 0 follow V and the world; rewards and ends are predicted.
  static var following: MemoryConfiguration {
    var value = MemoryConfiguration()
    (value.latentSize, value.actionSize) = (0, 0)
    (value.predictsReward, value.predictsTermination) = (true, true)
    (value.batchSize, value.sequenceLength) = (32, 32)
    return value
  }
}
