import EnvironmentKit
import Evaluation
import Files
import Pictures
import Statistics

/// What readers that learn from few frames gain by made ones, for people and for programs.
struct FewFramesReport {
  private let outcomes: [AugmentationStudy.Outcome]
  /// Facts that could not be tried.
  let leftOut: [String]
  private let subject: String

  /// - Parameter outcomes: fact after fact; at least one.
  init(_ outcomes: [AugmentationStudy.Outcome], leftOut: [String], subject: String) {
    (self.outcomes, self.leftOut, self.subject) = (outcomes, leftOut, subject)
  }

  /// Frames that the first fact was judged by.
  var judged: Int { outcomes.first?.judged ?? 0 }

  /// The facts, in their order.
  private var facts: [String] {
    outcomes.reduce(into: []) { facts, outcome in
      if facts.last != outcome.fact { facts.append(outcome.fact) }
    }
  }

  /// An object a fact, number of few frames, and view.
  var json: JSONValue {
    .array(
      outcomes.map { outcome in
        [
          "fact": .string(outcome.fact), "few": .integer(outcome.few),
          "view": .string(outcome.view.rawValue), "judged": .integer(outcome.judged),
          "alone": outcome.plain.json, "augmented": outcome.augmented.json,
          "gain": outcome.gain.json,
        ]
      })
  }

  /// A table, and what it is over.
  var lines: [String] {
    let counts = Set(outcomes.map(\.judged)).sorted()
    let frames =
      counts.count > 1 ? "\(counts[0]) to \(counts[counts.count - 1])" : "\(counts.first ?? 0)"
    return TextTable.lines(
      header: ["fact", "few", "shown", "alone", "with made frames", "gain", ""],
      rows: outcomes.map {
        [
          $0.fact, "\($0.few)", $0.view.rawValue, $0.plain.text(), $0.augmented.text(),
          $0.gain.text(), $0.verdict,
        ]
      }, rightAligned: [1])
      + [
        "judged by \(frames) other frames; 95 % intervals over \(AugmentationStudy.Extent().resamples) draws of the few"
      ]
      + (leftOut.isEmpty
        ? []
        : [
          "not tried, known of too few frames or the same in all: "
            + leftOut.joined(separator: ", ")
        ])
  }

  /// The gains: of one fact as curves over how few frames there are, of several as bars.
  var picture: Frame { facts.count == 1 ? curves(of: facts[0]) : bars }

  private func curves(of fact: String) -> Frame {
    let series = AugmentationStudy.View.allCases.map { view in
      let own = outcomes.filter { $0.view == view }.sorted { $0.few < $1.few }
      return Series(
        "shown \(view.rawValue)s", x: own.map { Double($0.few) }, y: own.map(\.gain.value),
        low: own.map(\.gain.low), high: own.map(\.gain.high))
    }
    return LinePlot(
      "\(subject): what made frames add to a linear reader of \(fact)",
      xLabel: "frames with known \(fact)", yLabel: "gain", series: series,
      references: [ReferenceLine("nothing gained", 0)]
    ).frame(width: 960, height: 480, scale: 2)
  }

  private var bars: Frame {
    let views = AugmentationStudy.View.allCases
    let groups = facts.flatMap { fact in
      let own = outcomes.filter { $0.fact == fact }
      return stride(from: 0, to: own.count, by: views.count).map { place in
        let gains = own[place..<place + views.count].map(\.gain)
        return GroupedBars.Group(
          "\(fact), \(own[place].few)", gains.map(\.value), mark: 0,
          intervals: gains.map { GroupedBars.Group.interval($0.low, $0.high) })
      }
    }
    let ends = outcomes.flatMap { [$0.gain.low, $0.gain.high, $0.gain.value] }.filter(\.isFinite)
    let (low, high) = (min(0, ends.min() ?? 0), max(0, ends.max() ?? 0))
    let room = max(high - low, 1e-6) * 0.05
    return GroupedBars(
      "\(subject): what made frames add to linear readers that learn from so few",
      series: views.map { "shown \($0.rawValue)s" }, groups: groups,
      range: low - room...high + room, label: "gain, 95 % intervals"
    ).frame(width: 960, scale: 2)
  }
}
