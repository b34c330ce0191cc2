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
  let context: RunContext
  let model: TrainedWorldModel
  let controller: TrainedController
  let scores: EvaluationResult
  let study: VisionStudy
  /// What the passes before the last reached.
  let passes: [PassResult]

  private var dataset: EpisodeDataset { model.dataset }
  private var vision: TrainedVision { model.vision }
  private var memory: TrainedMemory? { model.memory }

  /// The document.
  func json(_ clock: StageClock) -> JSONValue {
    let configuration = context.configuration
    let isDream = configuration.controller.world == .dream
    var value: JSONValue = [
      "schema": 1, "world": .string(configuration.world), "preset": .string(configuration.preset),
      "seed": .integer(configuration.seed),
      "controllerWorld": .string(configuration.controller.world.rawValue),
      "returns": scores.json,
      "environmentSteps": [
        "collect": .integer(dataset.stepCount),
        "controller": .integer(isDream ? 0 : controller.trainer.environmentSteps),
        "dream": .integer(isDream ? controller.trainer.environmentSteps : 0),
        "evaluate": .integer(scores.environmentSteps),
      ],
      "parameters": [
        "vision": .integer(vision.model.parameterCount),
        "memory": .integer(memory?.model.parameterCount ?? 0),
        "controller": .integer(controller.trainer.shape.parameterCount),
      ],
      "vision": visionSummary,
    ]
    if let memory {
      value["memory"] = [
        "nats": .number(memory.study.nats), "repeatLast": .number(memory.study.repeatLast),
        "unconditional": .number(memory.study.unconditional),
        "steps": .integer(memory.study.steps), "skippedSteps": .integer(memory.skippedSteps),
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
    value["timing"] = timing(clock)
    return value
  }

  /// One sentence under the report's title.
  var subtitle: String {
    let implied = context.configuration.vision.impliedSigma.map {
      ", implied σ \(NumberStyle.ratio(Double($0)))"
    }
    return "\(dataset.frameCount) frames collected; V has \(vision.model.parameterCount) parameters"
      + " and \(study.activeUnits) of \(vision.frozen.latentSize) units active\(implied ?? "");"
      + " C has \(controller.trainer.shape.parameterCount) parameters."
  }

  private var visionSummary: JSONValue {
    var value: JSONValue = [
      "reconstruction": .number(study.reconstruction),
      "kl": .number(study.divergences.reduce(0, +)), "activeUnits": .integer(study.activeUnits),
      "skippedSteps": .integer(vision.skippedSteps),
      "probes": .object(
        study.probes.map {
          .init(
            $0.fact,
            [
              "latent": .number($0.latent), "pca": .number($0.pca),
              "untrained": .number($0.untrained),
            ])
        }),
    ]
    if let sigma = context.configuration.vision.impliedSigma {
      value["impliedSigma"] = JSONValue(sigma)
    }
    if let regions = study.regions {
      value["regionError"] = [
        "latent": .number(regions.latent), "meanFrame": .number(regions.meanFrame),
        "pixels": .integer(regions.pixels),
      ]
    }
    return value
  }

  private func timing(_ clock: StageClock) -> JSONValue {
    [
      "totalSeconds": .number(clock.total),
      "stages": .object(clock.seconds.map { .init($0.stage, .number($0.seconds)) }),
      "peakMemoryBytes": .integer(ProcessMemory.peakBytes),
    ]
  }
}
