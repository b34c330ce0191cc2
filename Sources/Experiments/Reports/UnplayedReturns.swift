import Evaluation
import Files
import Pictures

/// What can be said of a policy where there is no world to play it in: what it reaches in the dream, beside random
/// play there, and what the recorded episodes reached.
struct UnplayedReturns {
  /// That nothing was played.
  static let remark =
    "There was no world: nobody played the policy in one. Returns in the dream are what M promises; they tell of the "
    + "world only as far as M knows it."

  private let rows: [(title: String, value: JSONValue)]

  /// Reads a summary; nil where it is one of a run in a world.
  init?(_ summary: JSONValue) {
    guard summary["returns"] == nil, let recorded = summary["data"]?["returns"],
      let dream = summary["dream"]
    else { return nil }
    rows =
      [("trained, in the dream", dream)]
      + (dream["random"].map { [("random play, in the dream", $0)] } ?? [])
      + [("the recorded episodes", recorded)]
  }

  /// The header of the table.
  let header = ["whose return", "mean", "95 % interval", "std", "episodes"]

  /// The table.
  var cells: [[String]] {
    rows.map { title, value in
      func number(_ name: String) -> Double { value[name]?.asNumber ?? .nan }
      return [
        title, NumberStyle.value(number("mean")),
        NumberStyle.range(number("low"), number("high")), NumberStyle.value(number("std")),
        NumberStyle.count(value["episodes"]?.asInteger ?? 0),
      ]
    }
  }

  /// The table as lines of text.
  var lines: [String] {
    TextTable.lines(header: header, rows: cells, rightAligned: [1, 2, 3, 4]) + ["", Self.remark]
  }
}
