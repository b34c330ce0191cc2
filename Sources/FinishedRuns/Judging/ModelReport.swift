import EnvironmentKit
import Evaluation
import Files
import Pictures
import Settings
import Statistics

/// What a world model knows, as tables and as JSON.
public struct ModelReport {
  package let studies: ModelStudies
  let configuration: RunConfiguration
  let seeds: [UInt64]

  /// One JSON object, the content of `model.json`.
  public var json: String { document.document }

  /// The tables.
  public var lines: [String] {
    [openLoopLines, actionLines, probeLines, eventLines, calibrationLines]
      .joined(separator: [""]).map { $0 }
  }

  var document: JSONValue {
    var episodes: JSONValue = [
      "seeds": SeedSpan(seeds).ends, "count": .integer(studies.episodes),
      "steps": .integer(studies.steps), "ends": .integer(studies.ends),
    ]
    if let list = SeedSpan(seeds).list { episodes["seedList"] = list }
    var value: JSONValue = [
      "schema": 1, "world": .string(configuration.world), "preset": .string(configuration.preset),
      "seed": .integer(configuration.seed),
      "episodes": episodes,
      "openLoop": openLoopJSON, "actionUse": actionJSON, "probes": probeJSON,
      "events": eventJSON, "calibration": calibrationJSON,
    ]
    if !configuration.hasWorld { value["world"] = JSONValue?.none }
    return value
  }
}

/// Prediction over many steps.
extension ModelReport {
  private var openLoopJSON: JSONValue {
    [
      "context": .integer(LatentDreams.context), "starts": .integer(studies.openLoop.starts),
      "horizons": .array(studies.openLoop.horizons.map { .integer($0) }),
      "predictors": .object(
        studies.openLoop.curves.map { curve in
          var value: JSONValue = [
            curve.predictor == .vision ? "latentSpread" : "latentError":
              .array(curve.latent.map(\.json)), "psnr": .array(curve.psnr.map(\.json)),
          ]
          if let regions = curve.regions {
            value["regionError"] = .array(regions.map(\.json))
          }
          return .init(curve.predictor.rawValue, value)
        }),
    ]
  }

  private var openLoopLines: [String] {
    let study = studies.openLoop
    func table(
      _ title: String, _ decimals: Int, _ values: (OpenLoopStudy.Curve) -> [GroupedMean]?
    ) -> [String] {
      let names: [OpenLoopStudy.Predictor: String] = [
        .mean: "M, mean", .samples: "M, samples", .repeatLast: "last frame", .vision: "V alone",
      ]
      let columns = study.curves.compactMap { curve in
        values(curve).map { (names[curve.predictor] ?? "", $0) }
      }
      let rows = study.horizons.indices.map { place in
        ["\(study.horizons[place])"]
          + columns.map { NumberText.fixed($0.1[place].mean, decimals) }
      }
      return columns.isEmpty
        ? []
        : TextTable.lines(
          header: [title] + columns.map(\.0), rows: rows,
          rightAligned: Set(0...columns.count)) + [""]
    }
    return ["open loop: \(study.starts) real starts, real actions, frames ahead"]
      + table("latent error / variance", 3) { $0.predictor == .vision ? nil : $0.latent }
      + table("PSNR, dB", 1) { $0.psnr }
      + table("error inside objects", 4) { $0.regions }
      + [
        "M's samples carry V's own spread, \(spread) of the variance: they err by so much at least"
      ]
  }
}

/// True against wrong actions.
extension ModelReport {
  /// The share of the latents' variance that V is unsure of.
  fileprivate var spread: String {
    let means = studies.openLoop[.vision]?.latent.map(\.mean) ?? []
    return NumberText.fixed(means.reduce(0, +) / Double(max(1, means.count)), 2)
  }

  private var actionJSON: JSONValue {
    let study = studies.actionUse
    func contrast(_ contrast: ActionUseStudy.Contrast) -> JSONValue {
      [
        "latentError": .array(contrast.errors.map(\.json)),
        "beyondTrue": .array(contrast.differences.map(\.json)), "overall": contrast.overall.json,
        "separates": .bool(contrast.separates),
      ]
    }
    return [
      "horizons": .array(studies.openLoop.horizons.map { .integer($0) }),
      "true": .array(study.trueErrors.map(\.json)), "shuffled": contrast(study.shuffled),
      "repeated": contrast(study.repeated), "usesActions": .bool(study.usesActions),
      "verdict": .string(study.verdict),
    ]
  }

  private var actionLines: [String] {
    let study = studies.actionUse
    func cell(_ mean: GroupedMean) -> String {
      "\(NumberText.fixed(mean.mean, 3)) [\(NumberText.fixed(mean.low, 3)), \(NumberText.fixed(mean.high, 3))]"
    }
    let rows = studies.openLoop.horizons.indices.map { place in
      [
        "\(studies.openLoop.horizons[place])", cell(study.trueErrors[place]),
        cell(study.shuffled.errors[place]), cell(study.shuffled.differences[place]),
        cell(study.repeated.errors[place]), cell(study.repeated.differences[place]),
      ]
    }
    return TextTable.lines(
      header: [
        "use of actions", "true", "another episode's", "less true", "first repeated", "less true",
      ], rows: rows, rightAligned: Set(0..<6)) + [study.verdict]
  }
}

/// Probes.
extension ModelReport {
  private var probeJSON: JSONValue {
    let study = studies.probes
    func scores(_ values: [Double]) -> JSONValue {
      .object(zip(study.features, values).map { .init($0, .number($1)) })
    }
    return [
      "fitRows": .integer(study.rows.fit), "testRows": .integer(study.rows.test),
      "facts": .object(
        study.facts.map {
          .init(
            $0.fact,
            [
              "score": $0.kind == .quantity ? "R2" : "accuracy", "chance": .number($0.chance),
              "linear": scores($0.linear), "network": scores($0.network),
            ])
        }),
    ]
  }

  private var probeLines: [String] {
    let study = studies.probes
    guard !study.facts.isEmpty else {
      return [
        studies.episodes < ModelEvaluation.episodesForProbes
          ? "no fact can be probed: \(studies.episodes) episodes are too few; give --episodes "
            + "\(ModelEvaluation.episodesForProbes) or more"
          : "no fact varies enough to be probed"
      ]
    }
    func table(_ title: String, _ values: (ProbeStudy.FactScores) -> [Double]) -> [String] {
      TextTable.lines(
        header: [title, "chance"] + study.features,
        rows: study.facts.map { fact in
          [fact.fact, fact.kind == .quantity ? "R²" : NumberText.fixed(fact.chance, 2)]
            + values(fact).map { NumberText.fixed($0, 2) }
        }, rightAligned: Set(1...study.features.count + 1))
    }
    return table("linear probe") { $0.linear } + [""] + table("small network") { $0.network }
  }
}

/// The end and the reward.
extension ModelReport {
  private var eventJSON: JSONValue {
    let events = studies.events
    func end(_ scores: EventScores?) -> JSONValue {
      guard let scores else { return nil }
      func at(_ point: EventScores.AtThreshold) -> JSONValue {
        [
          "threshold": .number(point.threshold), "precision": .number(point.precision),
          "recall": .number(point.recall), "f1": .number(point.f1),
        ]
      }
      return [
        "events": .integer(scores.events), "steps": .integer(scores.count),
        "meanAtEvents": .number(scores.meanAtEvents),
        "meanElsewhere": .number(scores.meanElsewhere), "auc": .number(scores.areaUnderCurve),
        "atHalf": at(scores.atHalf), "atBest": at(scores.atBest),
      ]
    }
    func reward(_ scores: RewardScores?) -> JSONValue {
      guard let scores else { return nil }
      return [
        "steps": .integer(scores.count), "r2": .number(scores.explainedVariance),
        "rmse": .number(scores.rootMeanSquaredError), "common": .number(scores.commonReward),
        "rare": .integer(scores.rareCount), "rareMean": .number(scores.rareMean),
        "predictedAtRare": .number(scores.predictedAtRare),
        "predictedElsewhere": .number(scores.predictedElsewhere),
        "auc": .number(scores.areaUnderCurve),
      ]
    }
    return [
      "priorSteps": .integer(events.priorSteps),
      "end": ["posterior": end(events.end), "prior": end(events.priorEnd)],
      "reward": ["posterior": reward(events.reward), "prior": reward(events.priorReward)],
    ]
  }

  private var eventLines: [String] {
    let events = studies.events
    let prior = "dreamt \(events.priorSteps) steps"
    let ends = [("real latents", events.end), (prior, events.priorEnd)].compactMap { name, scores in
      scores.map { scores in
        [
          name, "\(scores.events) of \(scores.count)", NumberText.short(scores.meanAtEvents),
          NumberText.short(scores.meanElsewhere), NumberText.fixed(scores.areaUnderCurve, 3),
          NumberText.fixed(scores.atHalf.precision, 2), NumberText.fixed(scores.atHalf.recall, 2),
          NumberText.fixed(scores.atBest.f1, 2),
        ]
      }
    }
    let rewards = [("real latents", events.reward), (prior, events.priorReward)].compactMap {
      name, scores in
      scores.flatMap { $0.rareCount == 0 ? nil : $0 }.map { scores in
        [
          name, "\(scores.rareCount) of \(scores.count)", NumberText.short(scores.rareMean),
          NumberText.short(scores.predictedAtRare), NumberText.short(scores.predictedElsewhere),
          NumberText.fixed(scores.explainedVariance, 2), NumberText.fixed(scores.areaUnderCurve, 3),
        ]
      }
    }
    var lines: [String] = []
    if !ends.isEmpty {
      lines += TextTable.lines(
        header: [
          "the end", "ends", "p at ends", "p elsewhere", "AUC", "precision", "recall", "best F1",
        ], rows: ends, rightAligned: Set(1..<8))
    }
    if !rewards.isEmpty {
      lines +=
        (lines.isEmpty ? [] : [""])
        + TextTable.lines(
          header: [
            "the reward", "rare ones", "their mean", "predicted there", "elsewhere", "R²", "AUC",
          ], rows: rewards, rightAligned: Set(1..<7))
    }
    if let reward = events.reward, reward.rareCount == 0 {
      lines += [
        "",
        "the reward is \(NumberText.short(reward.commonReward)) at every step; M predicts it to "
          + NumberText.short(reward.rootMeanSquaredError),
      ]
    }
    return lines.isEmpty ? ["M predicts neither the end nor the reward"] : lines
  }
}

/// Calibration.
extension ModelReport {
  private var calibrationJSON: JSONValue {
    let study = studies.calibration
    let mixture = study.mixture
    return [
      "latents": .integer(mixture.count),
      "nats": [
        "memory": .number(mixture.natsPerDimension),
        "repeatLast": .number(study.baselines.repeatLast),
        "unconditional": .number(study.baselines.unconditional),
      ],
      "coverage": .object(
        zip(MixtureCalibration.levels, mixture.coverage).map { .init("\($0)", .number($1)) }),
      "pit": [
        "density": .array(mixture.pooledDensity.map { .number($0) }),
        "deviations": .array(mixture.deviations.map { .number($0) }),
        "densities": .array(mixture.densities.map { .array($0.map { .number($0) }) }),
      ],
    ]
  }

  private var calibrationLines: [String] {
    let study = studies.calibration
    let coverage = zip(MixtureCalibration.levels, study.mixture.coverage).map {
      "\(NumberText.fixed($0 * 100, 0)) %: \(NumberText.fixed($1 * 100, 1)) %"
    }
    let deviations = study.mixture.deviations
    return [
      "nats a dimension: M \(NumberText.fixed(study.mixture.natsPerDimension, 3)), a Gaussian about "
        + "the last latent \(NumberText.fixed(study.baselines.repeatLast, 3)), one Gaussian "
        + NumberText.fixed(study.baselines.unconditional, 3),
      "central intervals hold " + coverage.joined(separator: ", "),
      "histograms of the probability integral transform deviate from flat by "
        + "\(NumberText.fixed(deviations.reduce(0, +) / Double(max(1, deviations.count)), 2)) on "
        + "average, \(NumberText.fixed(deviations.max() ?? 0, 2)) at most",
    ]
  }
}

extension GroupedMean {
  /// Mean and ends.
  fileprivate var json: JSONValue {
    ["mean": .number(mean), "low": .number(low), "high": .number(high)]
  }
}
