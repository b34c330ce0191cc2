import Foundation
import Randomness
import Statistics
import Testing

@Suite("Latents taken together")
struct LatentInformationTests {
  /// Means drawn with deviations a·noise; posteriors of one variance.
  private func posterior(
    _ count: Int, deviations: [Double], variance: Double,
    mixing: (inout [Double]) -> Void = { _ in }
  ) -> AggregatedPosterior {
    var stream = RandomStream(seed: 1)
    let means = (0..<count).flatMap { _ in
      var row = deviations.map { $0 * stream.standardNormal() }
      mixing(&row)
      return row.map(Float.init)
    }
    return AggregatedPosterior(
      means: means, logVariances: means.map { _ in Float(log(variance)) }, width: deviations.count)
  }

  private func information(_ posterior: AggregatedPosterior) -> LatentInformation {
    var stream = RandomStream(seed: 2)
    return LatentInformation(posterior, using: &stream)
  }

  @Test("units whose means vary by more than 0.01 are active")
  func active() {
    // Variances 1, 0.0144 and 0.0064.
    #expect(posterior(4_000, deviations: [1, 0.12, 0.08], variance: 0.1).activeUnits == 2)
    // Means 0 and 0.2: variance 0.02 by N − 1, 0.01 by N.
    let two = AggregatedPosterior(means: [0, 0.2], logVariances: [0, 0], width: 1)
    #expect(two.activeUnits == 1)
  }

  @Test("the total correlation of a Gaussian is −½ log (1 − ρ²), and 0 of independent numbers")
  func totalCorrelation() {
    let alone = posterior(20_000, deviations: [1, 2, 0.5], variance: 0.3)
    #expect(alone.totalCorrelation < 0.002)
    let joined = posterior(20_000, deviations: [1, 1], variance: 0.25) { $0[1] = $0[0] }
    // Covariance 1, variances 1.25: ρ = 0.8.
    #expect(abs(joined.totalCorrelation + 0.5 * log(1 - 0.64)) < 0.02)
  }

  @Test("the information of a Gaussian channel is ½ log (1 + signal / noise)")
  func channel() {
    let found = information(posterior(3_000, deviations: [1, 0.5], variance: 0.25))
    let expected = 0.5 * log(1 + 1 / 0.25) + 0.5 * log(1 + 0.25 / 0.25)
    #expect(abs(found.value.value - expected) < 0.08)
    #expect(found.value.low < expected && expected < found.value.high + 0.03)
    #expect(!found.isSaturated)
  }

  @Test("no more than log N is found, and it is said where that is the bound")
  func saturated() {
    let found = information(posterior(64, deviations: [10, 10, 10], variance: 1e-6))
    #expect(abs(found.cap - log(64)) < 1e-12)
    #expect(abs(found.value.value - log(64)) < 1e-6)
    #expect(found.isSaturated)
  }

  @Test("posteriors that are the prior tell nothing")
  func collapsed() {
    let found = information(posterior(200, deviations: [0, 0], variance: 1))
    #expect(abs(found.value.value) < 1e-9)
  }
}
