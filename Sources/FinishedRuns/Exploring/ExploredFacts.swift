import Datasets
import EnvironmentKit
import Evaluation
import Pictures
import Statistics
import WorldModels

/// A fact as a linear reader tells it of latents, to be moved by them.
struct ExploredFact {
  /// The fact, or one of its labels, as `label 3`.
  let name: String
  /// R² on frames that the reader was not fitted to.
  let quality: Double
  private let probe: LatentProbe
  private let mean: Double
  private let deviation: Double
  /// Whether it is 1 of frames that have a label, and 0 of others.
  private let isLabel: Bool

  /// Facts that are shown at most, those that are read best.
  private static let most = 10
  /// What a reader must explain for its fact to be shown.
  private static let leastQuality = 0.1
  private static let (leastFrames, leastExamples) = (100, 20)

  /// The facts that can be read of the latents of frames: of a category a fact per label.
  ///
  /// Every other frame fits, the others judge.
  ///
  /// - Parameters:
  ///   - frames: in the order of the table's rows.
  ///   - latents: what the encoder says of them.
  static func all(
    _ source: any FrameSource, _ frames: [Int], _ latents: LatentTable
  ) throws -> [ExploredFact] {
    guard latents.form is GaussianForm, !source.frameFacts.isEmpty else { return [] }
    let facts = try frames.map { try source.readFacts($0) }
    let found = source.frameFacts.enumerated().flatMap { index, fact -> [ExploredFact] in
      let column = facts.map { Double($0[index]) }
      guard fact.kind == .category else {
        return [ExploredFact(fact.name, column, latents, isLabel: false)].compactMap { $0 }
      }
      let labels = Set(column.filter(\.isFinite)).sorted()
      // Of two labels one says all.
      return (labels.count == 2 ? [labels[1]] : labels).compactMap { label in
        ExploredFact(
          "\(fact.name) \(NumberText.short(label))",
          column.map { $0.isFinite ? ($0 == label ? 1 : 0) : .nan }, latents, isLabel: true)
      }
    }
    let best = found.indices.sorted { (found[$0].quality, $1) > (found[$1].quality, $0) }
    return best.prefix(most).sorted().map { found[$0] }
  }

  /// - Parameter values: of every row of the table; those that are not finite are left out.
  private init?(_ name: String, _ values: [Double], _ latents: LatentTable, isLabel: Bool) {
    let rows = values.indices.filter { values[$0].isFinite }
    let (fit, test) = (rows.filter { $0 % 2 == 0 }, rows.filter { $0 % 2 == 1 })
    func examples(_ rows: [Int]) -> Int {
      isLabel ? rows.count { values[$0] == 1 } : Set(rows.map { values[$0] }).count
    }
    guard rows.count >= Self.leastFrames,
      min(examples(fit), examples(test)) >= (isLabel ? Self.leastExamples : 2)
    else { return nil }
    let targets = fit.map { values[$0] }
    probe = LatentProbe(
      Fact(name), latents: fit.flatMap { latents.row($0) }, values: targets)
    quality = ExplainedVariance.value(
      told: probe.told(rows: test.flatMap { latents.row($0) }, count: test.count),
      of: test.map { values[$0] })
    guard quality >= Self.leastQuality else { return nil }
    let average = targets.reduce(0, +) / Double(targets.count)
    let squares = targets.reduce(0) { $0 + ($1 - average) * ($1 - average) }
    (mean, deviation) = (average, (squares / Double(targets.count)).squareRoot())
    (self.name, self.isLabel) = (name, isLabel)
  }

  /// What is told of latents, in deviations from the mean over frames.
  func value(of latents: [Float]) -> Double { (probe.told(latents[...]) - mean) / deviation }

  /// The same in the fact's unit.
  func text(of latents: [Float]) -> String {
    let told = probe.told(latents[...])
    return isLabel ? NumberText.fixed(told, 2) : NumberText.short(told)
  }

  /// Latents moved the shortest way to where a value is told, in deviations.
  func moved(_ latents: [Float], to value: Double) -> [Float] {
    guard let way = probe.way(from: latents, to: mean + value * deviation) else { return latents }
    return way.latent(latents, at: way.flip)
  }
}
