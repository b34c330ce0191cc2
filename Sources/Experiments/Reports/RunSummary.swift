import Controllers
import Datasets
import EnvironmentKit
import Evaluation
import Files
import Foundation
import WorldModels

/// What a run reached, for programs, as `summary.json` holds it.
///
/// Only `timing` holds times.
struct RunSummary {
  let room: RunRoom
  let agent: LearnedAgent
  let scores: EvaluationResult
  let studies: LearnedStudies
  /// What the passes before the last reached.
  let passes: [PassResult]

  private var parts: [any TrainingPart] { agent.model.trainer.parts }
  private var learner: any Learner { agent.learner.learner }

  /// The document.
  func json(_ clock: StageClock) -> JSONValue {
    let configuration = room.configuration
    let place = configuration.learner.place
    var value: JSONValue = [
      "schema": 2, "world": .string(configuration.world), "preset": .string(configuration.preset),
      "seed": .integer(configuration.seed), "learner": .string(configuration.learner.kind),
      "model": .string(configuration.model.kind), "trainsIn": .string(place.trainsIn),
      "controllerWorld": .string(place.trainsIn), "returns": scores.json,
      "environmentSteps": [
        "collect": .integer(agent.dataset.stepCount),
        "controller": .integer(place == .dream ? 0 : learner.environmentSteps),
        "dream": .integer(place == .dream ? learner.environmentSteps : 0),
        "evaluate": .integer(scores.environmentSteps),
      ],
      "parameters": .object(
        parts.map { .init($0.name, .integer($0.parameterCount)) }
          + [.init("controller", .integer(learner.parameterCount))]),
      "skippedSteps": .object(parts.map { .init($0.name, .integer($0.skipped)) }),
    ]
    if let study = studies.vision { value["vision"] = vision(study) }
    if studies.vision == nil, !studies.probes.isEmpty { value["probes"] = probes(studies.probes) }
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
    let warnings = ModelWarnings(studies).lines
    if !warnings.isEmpty { value["warnings"] = .array(warnings.map { .string($0) }) }
    value["timing"] = timing(clock)
    return value
  }

  private var impliedSigma: Float? {
    (agent.environments.model as? any SeesThroughAutoencoder)?.vision?.configuration.impliedSigma
  }

  /// One sentence under the report's title.
  var subtitle: String {
    var words = ["\(agent.dataset.frameCount) frames collected"]
    for part in parts {
      words.append("\(part.name) has \(part.parameterCount) parameters")
    }
    if let study = studies.vision {
      let implied = impliedSigma.map { ", implied σ \(NumberStyle.ratio(Double($0)))" } ?? ""
      words.append("\(study.activeUnits) of \(study.divergences.count) latents active\(implied)")
    }
    words.append("the policy has \(learner.parameterCount) parameters")
    return words.joined(separator: "; ") + "."
  }

  private func vision(_ study: VisionStudy) -> JSONValue {
    var value: JSONValue = [
      "reconstruction": .number(study.reconstruction),
      "kl": .number(study.divergences.reduce(0, +)), "activeUnits": .integer(study.activeUnits),
      "probes": probes(study.probes),
    ]
    if let impliedSigma { value["impliedSigma"] = JSONValue(impliedSigma) }
    if let regions = study.regions {
      value["regionError"] = [
        "latent": .number(regions.latent), "meanFrame": .number(regions.meanFrame),
        "pixels": .integer(regions.pixels),
      ]
    }
    return value
  }

  private func probes(_ probes: [VisionStudy.FactProbe]) -> JSONValue {
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

  private func timing(_ clock: StageClock) -> JSONValue {
    [
      "totalSeconds": .number(clock.total),
      "stages": .object(clock.seconds.map { .init($0.stage, .number($0.seconds)) }),
      "peakMemoryBytes": .integer(ProcessMemory.peakBytes),
    ]
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
