import Foundation
import Randomness
import Statistics
import Testing

@Suite("Bootstrap interval")
struct BootstrapIntervalTests {
  @Test("is near the normal interval for many values, and the same for the same stream")
  func nearNormal() {
    var draws = RandomStream(seed: 1)
    let values = (0..<400).map { _ in 10 + 2 * draws.standardNormal() }
    var (first, second) = (RandomStream(root: 7, name: "bootstrap"), RandomStream(seed: 1))
    second = first
    let interval = BootstrapInterval(values, using: &first)
    #expect(BootstrapInterval(values, using: &second) == interval)
    let half = 1.96 * interval.standardDeviation / 20
    // The percentile ends of 10,000 resamples scatter by about 3 % of the half width.
    #expect(abs(interval.high - interval.mean - half) < 0.1 * half)
    #expect(abs(interval.mean - interval.low - half) < 0.1 * half)
    #expect(interval.count == 400)
  }

  @Test("of equal values has no width, of one value neither")
  func degenerate() {
    var stream = RandomStream(seed: 1)
    let equal = BootstrapInterval([3, 3, 3], using: &stream, resamples: 100)
    #expect([equal.low, equal.mean, equal.high, equal.standardDeviation] == [3, 3, 3, 0])
    let single = BootstrapInterval([5], using: &stream, resamples: 100)
    #expect([single.low, single.mean, single.high, single.standardDeviation] == [5, 5, 5, 0])
  }

  @Test("is written with the names of the summary")
  func names() throws {
    var stream = RandomStream(seed: 1)
    let interval = BootstrapInterval([1, 2, 4], using: &stream, resamples: 50)
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(interval))
    let keys = try #require(json as? [String: Any]).keys.sorted()
    #expect(keys == ["episodes", "high", "low", "mean", "std"])
    // Sample deviation of 1, 2, 4: √(14/3 / 2).
    #expect(abs(interval.standardDeviation - (7.0 / 3).squareRoot()) < 1e-12)
  }
}
