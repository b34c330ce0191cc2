import Experiments
import Files
import Foundation
import Pictures
import Randomness
import Settings
import Statistics

/// Runs of several settings side by side: what they came to, and how they learned, over seeds.
package struct RunComparison {
  /// The groups, each of one setting.
  package let groups: [RunGroup]
  /// What each group with finished runs came to.
  package let rows: [Row]
  /// The curves that are drawn.
  let curves: [ComparedCurve]
  /// What is to be said of runs that are not compared, a line each.
  package let notes: [String]

  /// Curves that are drawn where none are asked for.
  private static let usualCurves = [
    "controller/mean", "controller/evaluated", "vision/reconstruction", "vision/kl", "memory/nats",
  ]

  /// Reads runs.
  ///
  /// - Parameters:
  ///   - folders: of runs, or folders that hold runs, such as a sweep's.
  ///   - curves: names of curves as `metrics.jsonl` has them; empty for the usual ones.
  /// - Throws: where a folder holds no run, or no run has such a curve.
  package init(_ folders: [URL], curves names: [String], _ toolkit: Toolkit) throws {
    let found = try folders.flatMap { folder -> [ListedRun] in
      if RunFolder(folder).holdsRun { return [ListedRun(RunFolder(folder), toolkit)] }
      let runs = try RunList(in: folder, by: .name, toolkit).runs
      guard !runs.isEmpty else {
        throw ExperimentError(
          .usage, place: folder.relativePath, cause: "holds no run",
          remedy: "give the folders of runs, or one that holds runs; list them with: "
            + ShellCommand.text("runs"))
      }
      return runs
    }
    let readable = found.filter { $0.configuration != nil }
    let (groups, repeated) = try RunGroup.groups(of: readable)
    self.groups = groups
    notes =
      found.filter { $0.configuration == nil }.map { "left out, unreadable: \($0.path)" }
      + repeated.map { "left out, settings and seed of a run before it: \($0.path)" }
      + readable.filter { $0.result == nil }.map { "not finished, its curves only: \($0.path)" }
    guard !groups.isEmpty else {
      throw ExperimentError(
        .usage, place: folders.map(\.relativePath).joined(separator: " "),
        cause: "no run's configuration can be read",
        remedy: "list the runs with: " + ShellCommand.text("runs"))
    }
    rows = Self.rows(of: groups)
    curves = try Self.chosen(names, among: groups).map { ComparedCurve($0, of: groups) }
  }

  private static func chosen(_ names: [String], among groups: [RunGroup]) throws -> [String] {
    let known = Set(groups.flatMap { $0.curves.flatMap(\.curves.keys) })
      .filter { !$0.hasPrefix("result/") }.sorted()
    guard !names.isEmpty else {
      // A single point makes no curve.
      return usualCurves.filter { name in
        groups.contains { $0.curves.contains { ($0.curves[name]?.x.count ?? 0) > 1 } }
      }
    }
    for name in names where !known.contains(name) {
      throw ExperimentError(
        .usage, place: "--curve \(name)", cause: "no run has a curve of that name",
        remedy: NearestName.hint(name, among: known))
    }
    return names
  }

  /// What a group came to.
  package struct Row {
    /// The group.
    package let group: RunGroup
    /// The mean over its finished runs.
    package let mean: MeasuredValue
    /// The mean of the middle half of them.
    package let interquartileMean: MeasuredValue
    /// The share of pairs in which a run of this group is better than one of the first; nil of the first.
    package let betterThanFirst: MeasuredValue?
  }

  /// A row per group that has finished runs.
  ///
  /// Intervals draw runs, whose seeds differ.
  private static func rows(of groups: [RunGroup]) -> [Row] {
    let first = groups.first { $0.resultName != nil }
    return groups.filter { !$0.results.isEmpty }.map { group in
      func stream(_ name: String) -> RandomStream {
        RandomStream(root: 0, name: "compare-runs/\(group.name)/\(name)")
      }
      var (means, middles, pairs) = (stream("mean"), stream("iqm"), stream("better"))
      let isFirst = group.name == first?.name
      let isComparable = group.resultName == first?.resultName && group.subject == first?.subject
      let sign: Double = group.resultName == "return" ? 1 : -1
      return Row(
        group: group,
        mean: MeasuredValue(of: group.results, using: &means) {
          $0.reduce(0, +) / Double($0.count)
        },
        interquartileMean: MeasuredValue(
          of: group.results, using: &middles, InterquartileMean.of),
        betterThanFirst: isFirst || !isComparable
          ? nil
          : first.map {
            ProbabilityOfImprovement.measured(
              group.results.map { sign * $0 }, over: $0.results.map { sign * $0 }, using: &pairs)
          })
    }
  }

  /// The table, with what is to be said below it.
  package var lines: [String] {
    let table = TextTable.lines(
      header: Self.header, rows: rows.map(Self.cells), rightAligned: [1, 2, 3, 4, 5, 6])
    return (rows.isEmpty ? ["no run is finished: there are curves only"] : table)
      + ["", Self.explanation] + notes
  }

  static let header = [
    "settings", "runs", "mean", "95 %", "IQM", "95 %", "random", "better than the first",
    "each seed",
  ]

  static let explanation =
    "Intervals by drawing runs anew; IQM: mean of the middle half of the runs (Agarwal 2021); better: share of "
    + "pairs of runs. A single run has no interval."

  static func cells(_ row: Row) -> [String] {
    [
      row.group.name, "\(row.group.results.count)", NumberStyle.value(row.mean.value),
      range(row.mean), NumberStyle.value(row.interquartileMean.value),
      range(row.interquartileMean), row.group.random.map { NumberStyle.value($0) } ?? "–",
      row.betterThanFirst.map {
        let ends =
          $0.low.isNaN
          ? "" : " \(NumberStyle.ratio($0.low))…\(NumberStyle.ratio($0.high))"
        return NumberStyle.ratio($0.value) + ends
      } ?? "–", row.group.results.map { NumberStyle.value($0) }.joined(separator: " "),
    ]
  }

  private static func range(_ value: MeasuredValue) -> String {
    value.low.isNaN ? "–" : NumberStyle.range(value.low, value.high)
  }
}
