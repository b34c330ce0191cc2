import Evaluation
import Files
import Pictures
import Statistics

/// Which scores found what was made to go wrong, for people and for programs.
package struct FaultReport {
  private let study: AnomalyStudy
  private let found: FaultStudy
  private let world: String
  private let alpha: Double

  init(_ study: AnomalyStudy, _ found: FaultStudy, world: String, alpha: Double) {
    (self.study, self.found, self.world, self.alpha) = (study, found, world, alpha)
  }

  private var names: [String] { study.scores.all.map(\.name) }

  /// `world`, `recommended`, `alpha`, `normal`, `alarms`, `threshold` and `faults`.
  package var json: JSONValue {
    func each(_ value: (String) -> JSONValue?) -> JSONValue {
      .object(names.compactMap { name in value(name).map { JSONValue.Member(name, $0) } })
    }
    return [
      "world": .string(world), "recommended": .string(study.recommended), "alpha": .number(alpha),
      "normal": .integer(found.normal.count),
      "alarms": each { found.alarms[$0].map { .number($0) } },
      "threshold": each { name in
        study.thresholds[name].map { $0.value.isFinite ? .number($0.value) : .null }
      },
      "faults": .object(
        found.outcomes.map { outcome in
          JSONValue.Member(
            outcome.fault.rawValue,
            [
              "frames": .integer(outcome.made.count),
              "found": each { outcome.found[$0].map { .number($0) } },
              "scores": each { outcome.quality[$0].map(Self.json) },
            ])
        }),
    ]
  }

  private static func json(_ quality: DetectionQuality.Measured) -> JSONValue {
    func value(_ measured: MeasuredValue) -> JSONValue {
      [
        "value": .number(measured.value), "low": .number(measured.low),
        "high": .number(measured.high),
      ]
    }
    return [
      "auroc": value(quality.areaUnderCurve), "auprc": value(quality.averagePrecision),
      "fpr95": value(quality.falseAlarmsAt95),
    ]
  }

  /// A table of the recommended score by fault, and one of the area under the curve by every score.
  package var lines: [String] {
    let best = study.recommended
    let header = ["fault", "frames", "AUROC", "95 % interval", "AUPRC", "FPR at 95 %", "found"]
    let rows = found.outcomes.map { outcome -> [String] in
      guard let quality = outcome.quality[best] else { return [] }
      let area = quality.areaUnderCurve
      return [
        outcome.fault.rawValue, "\(outcome.made.count)", NumberText.fixed(area.value, 3),
        NumberText.fixed(area.low, 3) + "…" + NumberText.fixed(area.high, 3),
        NumberText.fixed(quality.averagePrecision.value, 3),
        NumberText.fixed(quality.falseAlarmsAt95.value, 3),
        NumberText.fixed(100 * (outcome.found[best] ?? .nan), 1) + " %",
      ]
    }
    let faults = found.outcomes.map(\.fault.rawValue)
    return [
      "\(world): what was made to go wrong in \(found.normal.count) normal frames' episodes, by '\(best)'"
    ] + TextTable.lines(header: header, rows: rows, rightAligned: [1, 2, 4, 5, 6]) + [
      "", "AUROC by every score",
    ]
      + TextTable.lines(
        header: ["score"] + faults + ["false alarms"],
        rows: names.map { name in
          [(name == best ? "* " : "  ") + name]
            + found.outcomes.map {
              NumberText.fixed($0.quality[name]?.areaUnderCurve.value ?? .nan, 3)
            } + [NumberText.fixed(100 * (found.alarms[name] ?? .nan), 2) + " %"]
        }, rightAligned: Set(1...faults.count + 1))
  }
}
