import EnvironmentKit
import Evaluation
import Files
import Foundation
import Pictures
import Randomness
import Settings
import Statistics

/// A sweep's results as table, plot and JSON.
struct SweepReport {
  let kind: Sweep.Kind
  let configuration: RunConfiguration
  let seeds: [Int]
  let episodes: Int
  let variants: [ControllerVariant]
  /// `[variant][seed]`.
  let results: [[VariantResult]]
  let baselines: [PolicyScores]

  /// One variant over all seeds; intervals by drawing whole seeds.
  struct Row {
    let variant: ControllerVariant
    /// Nil where it was trained in the world.
    let dream: GroupedMean?
    let real: GroupedMean
    let perSeed: [VariantResult]
    /// How returns rose by real steps, those of the world model among them, a curve a seed; nil where none was kept.
    let curves: [ReturnCurve]?
  }

  /// Writes `<name>.json`, `<name>.png` and, for people, `<name>.txt`, and `<name>-curves.png` where the first picture
  /// shows no curves and there are some; returns the lines.
  func write(to folder: URL) throws -> [String] {
    let rows = rows
    let lines = lines(rows)
    try DurableFile.write(
      lines.joined(separator: "\n") + "\n", to: folder.appendingPathComponent("\(kind.name).txt"))
    try DurableFile.write(json(rows), to: folder.appendingPathComponent("\(kind.name).json"))
    let picture = folder.appendingPathComponent("\(kind.name).png")
    try PNG.write(SweepPlot(self, rows).frame(), to: picture.path)
    let told = lines + ["", "plot: \(picture.path)"]
    guard case .agents = kind, let drawn = SweepPlot(self, rows).panels() else { return told }
    let curves = folder.appendingPathComponent("\(kind.name)-curves.png")
    try PNG.write(drawn, to: curves.path)
    return told + ["curves: \(curves.path)"]
  }

  /// The rows in the order of the variants.
  var rows: [Row] {
    zip(variants, results).map { variant, results in
      let isDream = results.allSatisfy { !$0.dream.isEmpty }
      return Row(
        variant: variant, dream: isDream ? interval(results.map(\.dream), variant, "dream") : nil,
        real: interval(results.map(\.real), variant, "real"), perSeed: results,
        curves: curves(results))
    }
  }

  private func curves(_ results: [VariantResult]) -> [ReturnCurve]? {
    guard results.contains(where: { $0.curve != nil }) else { return nil }
    return results.compactMap { result in
      result.curve?.begun(after: result.collectedSteps ?? 0)
    }
  }

  private func interval(
    _ returns: [[Double]], _ variant: ControllerVariant, _ world: String
  ) -> GroupedMean {
    var stream = RandomStream(
      root: UInt64(seeds.first ?? 0), name: "sweep/\(variant.name)/\(world)")
    let labels = returns.enumerated().flatMap { seed, values in values.map { _ in seed } }
    return GroupedBootstrap(labels: labels, stream: &stream).mean(returns.flatMap { $0 })
  }

  /// A policy without learning: its mean with the interval over episodes.
  func interval(_ scores: PolicyScores) -> BootstrapInterval {
    var stream = RandomStream(
      root: UInt64(seeds.first ?? 0), name: "sweep/baseline/\(scores.policy.rawValue)")
    return BootstrapInterval(scores.results.map(\.episodeReturn), using: &stream)
  }

  private var againstRandom: AgainstRandom {
    guard let random = baselines.first(where: { $0.policy == .random }) else {
      return AgainstRandom(mean: .nan, low: .nan)
    }
    return AgainstRandom(mean: random.mean, low: interval(random).low)
  }

  private func lines(_ rows: [Row]) -> [String] {
    let random = againstRandom
    var table = rows.map { row in
      [
        row.variant.title, row.dream.map { NumberStyle.value($0.mean) } ?? "–",
        row.dream.map(Self.range) ?? "", NumberStyle.value(row.real.mean), Self.range(row.real),
        random.cell(row.real.mean),
        row.perSeed.map { NumberStyle.value(Self.mean($0.real)) }.joined(separator: " "),
      ] + (tellsSteps ? [realSteps(row)] : [])
    }
    table += baselines.map { scores in
      let interval = interval(scores)
      return [
        scores.policy.title + (scores.note.isEmpty ? "" : ": \(scores.note)"), "", "",
        NumberStyle.value(scores.mean), NumberStyle.range(interval.low, interval.high),
        random.cell(scores.mean), "",
      ] + (tellsSteps ? [""] : [])
    }
    return TextTable.lines(
      header: [
        kind.subject, "dream return", "95 %", "real return", "95 %", random.title, "each seed",
      ] + (tellsSteps ? ["real steps"] : []), rows: table, rightAligned: [1, 2, 3, 4, 5, 7]) + [
        "",
        "\(NumberStyle.count(seeds.count, "training seeds")) × \(NumberStyle.count(episodes, "episodes")); "
          + "intervals by drawing whole seeds, those of the other policies by drawing episodes.",
      ]
      + (tellsSteps
        ? [
          "Real steps are those that C learned in and those that V and M were trained on, where it sees by "
            + "them."
        ]
        : [])
      + verdict(rows)
  }

  /// Whether rows may differ in the steps that they took in the world.
  private var tellsSteps: Bool { if case .agents = kind { true } else { false } }

  private func realSteps(_ row: Row) -> String {
    let steps = row.perSeed.map(\.allRealSteps)
    return NumberStyle.count(steps.reduce(0, +) / max(1, steps.count))
  }

  /// Whether the lowest temperature is perfected in the dream and fails in the world.
  private func verdict(_ rows: [Row]) -> [String] {
    guard case .temperature = kind, let low = rows.first, let dream = low.dream,
      let best = rows.max(by: { $0.real.mean < $1.real.mean }), let bestDream = best.dream
    else { return [] }
    let shown = dream.low > bestDream.high && low.real.high < best.real.low
    let refuted = dream.mean <= bestDream.mean || low.real.mean >= best.real.mean
    let claim =
      shown
      ? "shown: the lowest temperature is perfected in the dream and fails in the world"
      : refuted
        ? "refuted: the lowest temperature is not both better in the dream and worse in the world"
        : "seen, but the intervals overlap: the lowest temperature is better in the dream and worse "
          + "in the world"
    return [
      "\(low.variant.title): \(NumberStyle.value(dream.mean)) in the dream, "
        + "\(NumberStyle.value(low.real.mean)) in the world; best in the world is "
        + "\(best.variant.title): \(NumberStyle.value(bestDream.mean)) and "
        + "\(NumberStyle.value(best.real.mean)).", claim + ".",
    ]
  }

  /// The results as JSON, as the sweep's file has them.
  func json(_ rows: [Row]) -> JSONValue {
    [
      "schema": 1, "sweep": .string(kind.name), "world": .string(configuration.world),
      "preset": .string(configuration.preset), "seeds": .array(seeds.map { .integer($0) }),
      "episodes": .integer(episodes),
      "variants": .array(rows.map { json($0, longest: longestCurve(rows)) }),
      "baselines": .object(baselines.map { .init($0.policy.rawValue, .number($0.mean)) }),
    ]
  }

  private func json(_ row: Row, longest: Int) -> JSONValue {
    [
      "name": .string(row.variant.name), "title": .string(row.variant.title),
      "dream": row.dream.map { Self.json($0, row.perSeed.map(\.dream)) } ?? .null,
      "real": Self.json(row.real, row.perSeed.map(\.real)),
      "trainingSteps": [
        "real": .array(row.perSeed.map { .integer($0.realSteps) }),
        "dream": .array(row.perSeed.map { .integer($0.dreamSteps) }),
        "collected": .array(row.perSeed.map { .integer($0.collectedSteps ?? 0) }),
      ],
      "curves": row.curves.map { .array($0.map(Self.json)) } ?? .null,
      "meanCurve": merged(row, of: longest).map(Self.json) ?? .null,
    ]
  }

  private static func json(_ curve: ReturnCurve) -> JSONValue {
    [
      "steps": .array(curve.steps.map { .integer($0) }),
      "returns": .array(curve.returns.map { .number($0) }),
    ]
  }

  private static func json(_ curve: SeedCurve) -> JSONValue {
    [
      "steps": .array(curve.steps.map { .integer($0) }),
      "mean": .array(curve.means.map { .number($0.mean) }),
      "low": .array(curve.means.map { .number($0.low) }),
      "high": .array(curve.means.map { .number($0.high) }),
    ]
  }

  private static func json(_ interval: GroupedMean, _ returns: [[Double]]) -> JSONValue {
    [
      "mean": .number(interval.mean), "low": .number(interval.low),
      "high": .number(interval.high), "perSeed": .array(returns.map { .number(mean($0)) }),
    ]
  }

  private static func range(_ interval: GroupedMean) -> String {
    NumberStyle.range(interval.low, interval.high)
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }
}
