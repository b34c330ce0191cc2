import Randomness
import Statistics
import Testing

@Suite("Intervals of numbers that follow from sums")
struct SumsBootstrapTests {
  private func draws(_ count: Int, seed: UInt64) -> [Double] {
    var stream = RandomStream(seed: seed)
    return (0..<count).map { _ in stream.standardNormal() }
  }

  @Test("of a sum by a count it is the interval of the mean, by the same draws")
  func mean() {
    let values = draws(50, seed: 1)
    var (one, other) = (RandomStream(seed: 2), RandomStream(seed: 2))
    let found = SumsBootstrap.value(
      of: [values, values.map { _ in 1 }], resamples: 400, stream: &one
    ) { $0[0] / $0[1] }
    let known = BootstrapInterval(values, using: &other, resamples: 400)
    #expect(found == MeasuredValue(known.mean, low: known.low, high: known.high))
  }

  @Test("rows that are there twice in one group say no more than once")
  func groups() {
    let values = draws(40, seed: 3)
    var (one, other) = (RandomStream(seed: 4), RandomStream(seed: 4))
    let once = SumsBootstrap.value(
      of: [values, values.map { _ in 1 }], stream: &one
    ) { $0[0] / $0[1] }
    let twice = SumsBootstrap.value(
      of: [values + values, (values + values).map { _ in 1 }],
      labels: Array(0..<40) + Array(0..<40), stream: &other
    ) { $0[0] / $0[1] }
    // Sums of two equal numbers are exact, but for the order of those of all rows.
    #expect(abs(once.value - twice.value) < 1e-14)
    #expect(once.low == twice.low && once.high == twice.high)
  }

  @Test("a share of nothing has no interval, one that is 1 in every resample that point")
  func edges() {
    var stream = RandomStream(seed: 5)
    let none = SumsBootstrap.value(of: [[0, 0], [0, 0]], stream: &stream) { $0[0] / $0[1] }
    #expect(none.value.isNaN && none.low.isNaN && none.high.isNaN)
    let all = SumsBootstrap.value(of: [[2, 3], [2, 3]], stream: &stream) { $0[0] / $0[1] }
    #expect(all == MeasuredValue(1, low: 1, high: 1))
  }
}
