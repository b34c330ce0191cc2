import Evaluation
import Files
import Pictures
import Statistics

/// What a search for abnormal frames found, for people and for programs.
package struct AnomalyReport {
  private let study: AnomalyStudy
  private let judgement: AnomalyJudgement
  /// How many frames were scored.
  private let frames: Int
  /// The frames with the greatest score that is recommended, the greatest first.
  private let strangest: [(frame: Int, score: Double)]

  init(
    _ study: AnomalyStudy, _ judgement: AnomalyJudgement, frames: Int,
    strangest: [(frame: Int, score: Double)]
  ) {
    (self.study, self.judgement, self.frames) = (study, judgement, frames)
    self.strangest = strangest
  }

  /// `recommended`, `scores`, `threshold`, `alarms`, `frames` and `strangest`.
  package var json: JSONValue {
    func each(_ value: (String) -> JSONValue?) -> JSONValue {
      .object(
        judgement.names.compactMap { name in value(name).map { JSONValue.Member(name, $0) } })
    }
    return [
      "recommended": .string(study.recommended),
      "scores": each { name in
        judgement.quality[name].map { quality in
          [
            "auroc": .number(quality.areaUnderCurve.value),
            "low": .number(quality.areaUnderCurve.low),
            "high": .number(quality.areaUnderCurve.high),
            "auprc": .number(quality.averagePrecision.value),
            "fpr95": .number(quality.falseAlarmsAt95.value),
          ]
        }
      },
      "threshold": each { name in
        study.thresholds[name].map {
          ["value": $0.value.isFinite ? .number($0.value) : .null, "alpha": .number($0.alpha)]
        }
      },
      "alarms": each { name in judgement.alarms[name].map { .number($0) } },
      "madeAbnormal": each { name in study.choice[name].map { .number($0) } },
      "frames": .integer(frames),
      "strangest": .array(
        strangest.map { ["frame": .integer($0.frame), "score": .number($0.score)] }),
    ]
  }

  /// A table of the scores, and what is recommended.
  package var lines: [String] {
    let isKnown = !judgement.quality.isEmpty
    let header =
      ["score", "made abnormal"]
      + (isKnown ? ["AUROC", "95 % interval", "AUPRC", "FPR at 95 %"] : [])
      + ["threshold", isKnown ? "false alarms" : "alarms"]
    let rows = study.scores.all.map { score -> [String] in
      let quality = judgement.quality[score.name]
      let known = quality.map { quality in
        [
          quality.areaUnderCurve.value, quality.averagePrecision.value,
          quality.falseAlarmsAt95.value,
        ].map { NumberText.fixed($0, 3) }
      }
      let interval = quality.map {
        NumberText.fixed($0.areaUnderCurve.low, 3) + "…"
          + NumberText.fixed($0.areaUnderCurve.high, 3)
      }
      return [
        (score.name == study.recommended ? "* " : "  ") + score.name,
        NumberText.fixed(study.choice[score.name] ?? .nan, 3),
      ]
        + (known.map { [$0[0], interval ?? "", $0[1], $0[2]] }
          ?? (isKnown ? ["", "", "", ""] : []))
        + [
          NumberText.fixed(study.thresholds[score.name]?.value ?? .nan, 2),
          NumberText.fixed(100 * (judgement.alarms[score.name] ?? .nan), 2) + " %",
        ]
    }
    return TextTable.lines(
      header: header, rows: rows,
      rightAligned: Set(1..<header.count).subtracting(isKnown ? [3] : []))
      + [
        "",
        "* recommended. Beside each: the mean AUROC at what was made abnormal of normal frames on purpose.",
      ] + [strangestLine]
  }

  private var strangestLine: String {
    "strangest of \(frames) frames: "
      + strangest.prefix(8).map { "\($0.frame)" }.joined(separator: ", ")
  }
}
