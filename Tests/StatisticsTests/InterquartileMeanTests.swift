import Randomness
import Statistics
import Testing

@Suite("The mean of the middle half, and how often one is better")
struct InterquartileMeanTests {
  @Test("a quarter falls away at each end, rounded down")
  func known() {
    #expect(InterquartileMean.of([8, 1, 7, 2, 6, 3, 5, 4]) == 4.5)
    // SciPy's trim_mean([1, 2, 3, 4, 100], 0.25) is 3: one value at each end.
    #expect(InterquartileMean.of([100, 1, 2, 3, 4]) == 3)
    #expect(InterquartileMean.of([1, 2, 9]) == 4)
    #expect(InterquartileMean.of([7]) == 7)
  }

  @Test("an interval holds the value, and a single run has none")
  func interval() {
    var stream = RandomStream(root: 1, name: "test")
    let values = (0..<40).map { Double($0) }
    let middle = MeasuredValue(of: values, using: &stream, InterquartileMean.of)
    #expect(middle.value == 19.5)
    // The mean of the middle 20 of 40 evenly spread numbers has a standard error of about 2.5.
    #expect(middle.low > 12 && middle.low < 17 && middle.high < 27 && middle.high > 22)
    let single = MeasuredValue(of: [3], using: &stream, InterquartileMean.of)
    #expect(single.value == 3 && single.low.isNaN && single.high.isNaN)
  }

  @Test("the share of pairs that are won")
  func improvement() {
    #expect(ProbabilityOfImprovement.of([2, 3], over: [0, 1]) == 1)
    #expect(ProbabilityOfImprovement.of([0, 1], over: [2, 3]) == 0)
    #expect(ProbabilityOfImprovement.of([1, 2], over: [1, 2]) == 0.5)
    #expect(ProbabilityOfImprovement.of([1, 4], over: [2, 3]) == 0.5)
    var stream = RandomStream(root: 1, name: "test")
    let measured = ProbabilityOfImprovement.measured([5, 6, 7], over: [1, 2], using: &stream)
    #expect(measured == MeasuredValue(1, low: 1, high: 1))
    #expect(
      ProbabilityOfImprovement.measured([5], over: [1, 2], using: &stream).low.isNaN)
  }
}
