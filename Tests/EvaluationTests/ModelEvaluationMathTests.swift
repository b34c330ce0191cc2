import EnvironmentKit
import Evaluation
import Foundation
import Randomness
import Statistics
import Testing
import WorldModels

/// A configuration of few numbers, whose outputs tests write by hand.
private func configuration(latents: Int, mixtures: Int, shared: Bool = false) -> MemoryConfiguration
{
  var configuration = MemoryConfiguration()
  (configuration.latentSize, configuration.mixtures) = (latents, mixtures)
  configuration.sharesMixture = shared
  return configuration
}

@Suite("The mathematics of judging a world model") struct ModelEvaluationMathTests {
  /// A mixture whose parts are told in words: (weight, mean, sigma) of each component.
  private static func row(_ parts: [(Double, Double, Double)]) -> [Float] {
    parts.map { Float(log($0.0)) } + parts.map { Float($0.1) } + parts.map { Float(log($0.2)) }
  }

  @Test("data drawn from the very mixture give a flat transform, right coverage and its entropy")
  func flat() {
    let parts = [(0.3, -1.0, 0.5), (0.7, 2.0, 1.0)]
    let found = Self.calibration(parts, drawnFrom: parts)
    // 20,000 draws: a bin's density has a deviation of √(19/20000) = 0.031.
    #expect(found.pooledDensity.allSatisfy { abs($0 - 1) < 0.13 })
    #expect(found.deviations[0] < 0.04)
    for (level, share) in zip(MixtureCalibration.levels, found.coverage) {
      #expect(abs(share - level) < 0.015)
    }
    // −E log p of the mixture by numerical integration: 1.7591.
    #expect(abs(found.natsPerDimension - 1.7591) < 0.02)
  }

  @Test("a mixture that is too sure gives a hollow, one that is not sure enough a hump")
  func unsure() {
    let truth = [(0.3, -1.0, 0.5), (0.7, 2.0, 1.0)]
    let narrow = Self.calibration(truth.map { ($0.0, $0.1, $0.2 / 2) }, drawnFrom: truth)
    #expect(narrow.pooledDensity[0] > 1.5 && narrow.pooledDensity[19] > 1.5)
    #expect(narrow.coverage[2] < 0.9)
    let wide = Self.calibration(truth.map { ($0.0, $0.1, $0.2 * 2) }, drawnFrom: truth)
    #expect(wide.pooledDensity[0] < 0.6 && wide.pooledDensity[19] < 0.6)
    #expect(wide.coverage[2] > 0.97)
  }

  private static func calibration(
    _ parts: [(Double, Double, Double)], drawnFrom truth: [(Double, Double, Double)]
  ) -> MixtureCalibration {
    var found = MixtureCalibration(
      MixtureReading(configuration(latents: 1, mixtures: parts.count)))
    var stream = RandomStream(seed: 7)
    let targets = (0..<20_000).map { _ in
      let part = stream.random() < truth[0].0 ? truth[0] : truth[1]
      return Float(part.1 + part.2 * stream.standardNormal())
    }
    found.add(rows: targets.flatMap { _ in row(parts) }, targets: targets)
    return found
  }

  @Test("a shared mixture's nats are those of its joint density, not of its dimensions alone")
  func shared() {
    let row: [Float] = [0, 0, 1, 1, -1, -1, 0, 0, 0, 0]
    let target: [Float] = [1, 1]
    let joint = MixtureReading(configuration(latents: 2, mixtures: 2, shared: true))
    // ½·N(0)² + ½·N(2)² with N the standard normal density.
    let density = 0.5 * (1 + exp(-4)) / (2 * Double.pi)
    #expect(abs(joint.nats(target[...], row[...]) + log(density)) < 1e-9)
    #expect(joint.means(row[...]) == [0, 0])
  }

  @Test("the means of a mixture weigh its components")
  func means() {
    let reading = MixtureReading(configuration(latents: 1, mixtures: 2))
    let mean = reading.means(Self.row([(0.25, 4, 1), (0.75, 8, 3)])[...])
    #expect(abs(mean[0] - 7) < 1e-5)
  }

  @Test("the baselines are the entropies of the Gaussians that latents were made of")
  func baselines() {
    var stream = RandomStream(seed: 8)
    var walk = [Float(0), 0]
    for step in 1...20_000 {
      walk.append(walk[2 * (step - 1)] + Float(0.1 * stream.standardNormal()))
      walk.append(Float(3 * stream.standardNormal()))
    }
    let found = MemoryBaselines(latents: [walk], latentSize: 2)
    let entropy = { (sigma: Double) in 0.5 * log(2 * Double.pi * M_E * sigma * sigma) }
    // The second dimension's jumps have √2 times its deviation; 1/√40000 relative error of σ.
    #expect(abs(found.repeatLast - (entropy(0.1) + entropy(3 * 2.squareRoot())) / 2) < 0.02)
    let second = stride(from: 3, to: walk.count, by: 2).map { Double(walk[$0]) }
    let first = stride(from: 2, to: walk.count, by: 2).map { Double(walk[$0]) }
    func deviation(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
        .squareRoot()
    }
    let expected = (entropy(deviation(first)) + entropy(deviation(second))) / 2
    #expect(abs(found.unconditional - expected) < 1e-6)
  }

  @Test("scores of events: order makes the area, thresholds make precision and recall")
  func events() {
    let scores = EventScores(
      probabilities: [0.9, 0.8, 0.7, 0.2, 0.1, 0.1],
      happened: [true, false, true, false, true, false]
    )
    // Of nine pairs: 3 + 2 + ½ are in order.
    #expect(abs(scores.areaUnderCurve - 5.5 / 9) < 1e-12)
    #expect(abs(scores.atHalf.precision - 2.0 / 3) < 1e-12)
    #expect(abs(scores.atHalf.recall - 2.0 / 3) < 1e-12)
    #expect(abs(scores.meanAtEvents - 1.7 / 3) < 1e-12)
    #expect(abs(scores.meanElsewhere - 1.1 / 3) < 1e-12)
    #expect(scores.events == 3 && scores.count == 6)
    // Everything predicted: precision ½, recall 1, F1 ⅔, as with the first three.
    #expect(abs(scores.atBest.f1 - 2.0 / 3) < 1e-12)
    let constant = EventScores(probabilities: [0.3, 0.3, 0.3], happened: [true, false, false])
    #expect(constant.areaUnderCurve == 0.5 && constant.atHalf.precision.isNaN)
    #expect(EventScores(probabilities: [0.3], happened: [false]).meanAtEvents.isNaN)
  }

  @Test("scores of rewards tell the rare ones apart")
  func rewards() {
    let actual: [Double] = [0, 0, 0, 1, 0, 1]
    let right = RewardScores(predicted: actual, actual: actual)
    #expect(right.explainedVariance == 1 && right.areaUnderCurve == 1 && right.rareCount == 2)
    let flat = RewardScores(predicted: actual.map { _ in 1.0 / 3 }, actual: actual)
    #expect(abs(flat.explainedVariance) < 1e-12 && flat.areaUnderCurve == 0.5)
    #expect(RewardScores(predicted: [1, 1], actual: [1, 1]).explainedVariance.isNaN)
  }

  @Test("an interval over groups is as wide as the groups differ, however many values they hold")
  func bootstrap() {
    var stream = RandomStream(seed: 9)
    let groups = (0..<400).map { $0 / 10 }
    let levels = (0..<40).map { _ in stream.standardNormal() }
    let values = groups.map { levels[$0] }
    let found = GroupedBootstrap(labels: groups, stream: &stream).mean(values)
    #expect(abs(found.mean - levels.reduce(0, +) / 40) < 1e-12)
    // ±1.96/√40 = ±0.31; as independent values it would be ±0.1.
    #expect((0.45...0.8).contains(found.high - found.low))
    let weighted = GroupedBootstrap(labels: [0, 1], stream: &stream)
      .mean([2, 9], weights: [1, 2])
    #expect(abs(weighted.mean - 11.0 / 3) < 1e-12)
  }

  @Test("curves of a model that ignores its actions do not separate; those of one that heeds do")
  func actionUse() {
    var stream = RandomStream(seed: 10)
    let labels = (0..<64).map { $0 / 2 }
    let bootstrap = GroupedBootstrap(labels: labels, stream: &stream)
    let errors = (0..<3).map { _ in labels.map { _ in stream.random() } }
    let same = ActionUseStudy(
      trueErrors: errors, shuffled: errors, repeated: errors, bootstrap: bootstrap)
    #expect(!same.usesActions && same.verdict.hasPrefix("M does not use its actions"))
    // Half a unit of noise a value: too much for the unpaired curves, not for paired differences.
    let worse = errors.map { $0.map { $0 + 0.05 } }
    let heeds = ActionUseStudy(
      trueErrors: errors, shuffled: worse, repeated: worse, bootstrap: bootstrap)
    #expect(heeds.usesActions && heeds.verdict.hasPrefix("M uses its actions"))
    #expect(heeds.trueErrors[0].high > heeds.shuffled.errors[0].low)
    let noise = errors.map { $0.map { $0 + 0.5 * stream.standardNormal() } }
    let unclear = ActionUseStudy(
      trueErrors: errors, shuffled: noise, repeated: worse, bootstrap: bootstrap)
    #expect(!unclear.usesActions && unclear.verdict.hasPrefix("doubtful"))
  }

  @Test("the error of latents is a share of their variance: the mean latent gets 1")
  func latentErrors() {
    var stream = RandomStream(seed: 11)
    let latents = (0..<3_000).map { Float(stream.standardNormal()) * ($0 % 3 == 0 ? 2 : 0.1) }
    let variance = OpenLoopStudy.totalVariance([latents], latentSize: 3)
    let means = (0..<3).map { place in
      stride(from: place, to: latents.count, by: 3).reduce(Float(0)) { $0 + latents[$1] } / 1_000
    }
    let guess = (0..<1_000).flatMap { _ in means }
    let errors = OpenLoopStudy.latentErrors(
      guess, latents, latentSize: 3, totalVariance: variance)
    #expect(abs(errors.reduce(0, +) / 1_000 - 1) < 1e-5)
    #expect(
      OpenLoopStudy.latentErrors(latents, latents, latentSize: 3, totalVariance: variance)
        .allSatisfy { $0 == 0 })
  }
}

@Suite("Probes of facts") struct FactProbeTests {
  /// Rows of a feature from which a line, a square and a class can be read, and one that says nothing.
  private static func rows(_ count: Int) -> (features: [Float], facts: [[Float]]) {
    var stream = RandomStream(seed: 12)
    var (features, facts) = ([Float](), [[Float]]())
    for row in 0..<count {
      let x = Float(stream.standardNormal())
      let y = Float(stream.standardNormal())
      features += [x, y]
      facts.append([
        3 * x + 10, row % 3 == 0 ? .nan : x * y, x > 0.3 ? 2 : 0, Float(stream.standardNormal()), 4,
      ])
    }
    return (features, facts)
  }

  @Test("a line is read by both, a product by the network alone, noise by none") func scores()
    throws
  {
    let (features, facts) = Self.rows(3_000)
    let targets = ProbeTargets(
      [
        Fact("line"), Fact("product"), Fact("side", .category), Fact("noise"), Fact("constant"),
      ], rows: facts, groups: facts.indices.map { $0 / 50 }, isFit: { $0.isMultiple(of: 2) })
    #expect(targets.targets.map(\.name) == ["line", "product", "side", "noise"])
    let study = ProbeStudy(
      [ProbeFeatures("both", features, for: targets)], targets, rootSeed: 1)
    let found = study.facts
    #expect(found[0].linear[0] > 0.999 && found[0].network[0] > 0.98)
    #expect(found[1].linear[0] < 0.1 && found[1].network[0] > 0.85)
    // x > 0.3 in 38 % of rows.
    #expect(abs(found[2].chance - 0.62) < 0.05)
    #expect(found[2].linear[0] > 0.85 && found[2].network[0] > 0.95)
    #expect(found[3].linear[0] < 0.02 && found[3].network[0] < 0.05)
    #expect(study.rows == (1_500, 1_500))
  }

  @Test("what is learned by heart of the groups to fit does not count") func splitByGroup() {
    // Each group has a level of its own, which its features name but other groups' do not share.
    var stream = RandomStream(seed: 13)
    let groups = (0..<2_000).map { $0 / 50 }
    let levels = (0..<40).map { _ in Float(stream.standardNormal()) }
    let features = groups.flatMap { group in (0..<40).map { Float($0 == group ? 1 : 0) } }
    let facts = groups.map { [levels[$0]] }
    let byGroup = ProbeTargets([Fact("level")], rows: facts, groups: groups) {
      $0.isMultiple(of: 2)
    }
    let found = ProbeStudy(
      [ProbeFeatures("group", features, for: byGroup)], byGroup, rootSeed: 1)
    #expect(found.facts[0].linear[0] < 0.1 && found.facts[0].network[0] < 0.2)
  }
}
