import Controllers
import Datasets
import EnvironmentKit
import Evaluation
import Files
import Foundation
import Randomness
import Statistics
import WorldModels

/// What a run reached, for programs, as `summary.json` holds it.
///
/// Only `timing` holds times.
struct RunSummary {
  let room: WorldRoom
  let agent: LearnedAgent
  let scores: EvaluationResult
  let studies: LearnedStudies
  /// What the passes before the last reached.
  let passes: [PassResult]
  /// What the film of the agent shows.
  let film: JSONValue
  /// What the agent reaches in the dream that it learned in; nil where it learned in the world.
  let dream: JSONValue?

  private var parts: [any TrainingPart] { agent.model.trainer.parts }
  private var learner: any Learner { agent.learner.learner }

  /// The document.
  func json(_ clock: StageClock) -> JSONValue {
    let configuration = room.configuration
    let place = configuration.learner.place
    var value: JSONValue = [
      "schema": .integer(RunFolder.summarySchema), "program": .string(ProgramVersion.text),
      "world": .string(configuration.world), "preset": .string(configuration.preset),
      "seed": .integer(configuration.seed), "learner": .string(configuration.learner.kind),
      "model": .string(configuration.model.kind), "trainsIn": .string(place.trainsIn),
      "controllerWorld": .string(place.trainsIn), "returns": returns, "data": data,
      "environmentSteps": [
        "collect": .integer(hasWorld ? agent.dataset.stepCount : 0),
        "controller": .integer(place == .dream ? 0 : learner.environmentSteps),
        "dream": .integer(place == .dream ? learner.environmentSteps : 0),
        "evaluate": .integer(scores.environmentSteps),
      ],
      "parameters": .object(
        parts.map { .init($0.name, .integer($0.parameterCount)) }
          + [.init("controller", .integer(learner.parameterCount))]),
      "skippedSteps": .object(parts.map { .init($0.name, .integer($0.skipped)) }),
    ]
    if !hasWorld {
      for key in ["world", "returns"] { value[key] = JSONValue?.none }
    }
    if let study = studies.vision {
      value["vision"] = study.json(facts: agent.dataset.index.facts, impliedSigma: impliedSigma)
    }
    if studies.vision == nil, !studies.probes.isEmpty {
      value["probes"] = VisionStudy.json(studies.probes)
    }
    if let memory = studies.memory {
      value["memory"] = [
        "nats": .number(memory.nats), "repeatLast": .number(memory.repeatLast),
        "unconditional": .number(memory.unconditional), "steps": .integer(memory.steps),
      ]
    }
    if !passes.isEmpty {
      value["passes"] = .array(
        passes.map {
          [
            "pass": .integer($0.pass), "frames": .integer($0.frames),
            "controllerSteps": .integer($0.controllerSteps),
            "trained": $0.trained.json,
          ]
        })
    }
    if hasWorld { value["film"] = film }
    if let dream { value["dream"] = dream }
    let warnings = ModelWarnings(vision: studies.vision, memory: studies.memory).lines
    if !warnings.isEmpty { value["warnings"] = .array(warnings.map { .string($0) }) }
    value["timing"] = clock.timing
    return value
  }

  private var hasWorld: Bool { room.configuration.hasWorld }

  /// What was learned from; of given episodes what they are, and what came of them.
  private var data: JSONValue {
    let dataset = agent.dataset
    var value: JSONValue = [
      "frames": .integer(dataset.frameCount), "episodes": .integer(dataset.episodes.count),
    ]
    guard !hasWorld else { return value }
    let split = room.configuration.split(dataset)
    value["paths"] = .array(room.configuration.dataPaths.map { .string($0) })
    value["shape"] = .array(dataset.frameShape.map { .integer($0) })
    value["training"] = .integer(split.trainingFrames.count)
    value["heldOut"] = .integer(split.heldOutFrames.count)
    value["steps"] = .integer(dataset.stepCount)
    let returns = dataset.episodes.map { span in
      span.steps.reduce(0) { $0 + Double(dataset.reward($1)) }
    }
    var stream = RandomStream(root: room.rootSeed, name: "report/recorded")
    value["returns"] = BootstrapInterval(returns, using: &stream).json
    return value
  }

  private var impliedSigma: Float? {
    (agent.environments.model as? any SeesThroughAutoencoder)?.vision?.impliedSigma
  }

  /// The returns, with what the best blind policy does.
  private var returns: JSONValue {
    var value = scores.json
    guard let blind = scores[.blind],
      let policy = room.entry.blindPolicies.first(where: { $0.name == blind.note })
    else { return value }
    let steps = policy.cycle.map { "\(room.entry.actions.name(of: $0.action)) × \($0.steps)" }
    value["blind"]?["cycle"] = .string(steps.joined(separator: ", "))
    return value
  }
}

extension VisionStudy {
  /// What V has learned, as `summary.json` has it.
  ///
  /// - Parameter facts: all that is known of frames.
  func json(facts: [Fact], impliedSigma: Float?) -> JSONValue {
    let unprobed = facts.map(\.name).filter { name in
      !(probes + labels).contains { $0.fact == name && $0.latent.isFinite }
    }
    var value: JSONValue = [
      "reconstruction": .number(reconstruction), "reconstructionIs": .string(errorTitle),
      "kl": .number(divergences.reduce(0, +)),
      "activeUnits": .integer(activeUnits), "latents": .integer(divergences.count),
      "unprobed": .array(unprobed.map { .string($0) }), "probes": Self.json(probes),
    ]
    if !labels.isEmpty { value["labels"] = Self.json(labels) }
    if let priorGain { value["priorGain"] = .number(priorGain) }
    if let leftOut { value["leftOut"] = .number(leftOut) }
    if let impliedSigma { value["impliedSigma"] = JSONValue(impliedSigma) }
    if let regions {
      value["regionError"] = [
        "latent": .number(regions.latent), "meanFrame": .number(regions.meanFrame),
        "pixels": .integer(regions.pixels),
      ]
    }
    return value
  }

  /// Probes by the name of the fact.
  static func json(_ probes: [FactProbe]) -> JSONValue {
    .object(
      probes.map {
        .init(
          $0.fact,
          [
            "latent": .number($0.latent), "pca": .number($0.pca),
            "untrained": .number($0.untrained),
          ])
      })
  }
}

extension LearningPlace {
  /// `real` or `dream`, as `summary.json` says it.
  var trainsIn: String { self == .dream ? "dream" : "real" }
}

extension TrainingPart {
  /// Numbers that the part learns.
  var parameterCount: Int { layers.reduce(0) { $0 + $1.shape.reduce(1, *) } }
}
