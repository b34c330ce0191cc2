import Testing
import WorldModels

@Suite("A training that breaks down")
struct BreakdownWatchTests {
  /// Whether each step of a training was a breakdown.
  private func breakdowns(
    _ watch: inout BreakdownWatch, _ steps: [(loss: Double, skipped: Int)]
  ) -> [Bool] {
    steps.map { watch.observe(loss: $0.loss, skipped: $0.skipped) }
  }

  @Test("fifty skipped steps in a row are a breakdown, fewer or scattered ones are not")
  func skippedInARow() {
    var watch = BreakdownWatch(skipped: 3)
    let first = breakdowns(&watch, (1...49).map { (.nan, 3 + $0) })
    #expect(!first.contains(true) && !watch.isSound)
    var recovered = watch
    let last = breakdowns(&watch, [(.nan, 53)])
    let next = breakdowns(&recovered, [(1, 52)])
    #expect(last == [true] && next == [false] && recovered.isSound)
    var scattered = BreakdownWatch(skipped: 0)
    let rare = breakdowns(&scattered, (1...200).map { (1, $0 / 2) })
    #expect(!rare.contains(true))
  }

  @Test("a loss that leaves all that it was is a breakdown")
  func exploded() {
    var watch = BreakdownWatch(skipped: 0)
    let found = breakdowns(&watch, [100, 80, 90, 50, 2_000, 2_051].map { ($0, 0) })
    #expect(found == [false, false, false, false, false, true])
    // A loss below zero, such as a Gaussian's, has the same room.
    var negative = BreakdownWatch(skipped: 0)
    let below = breakdowns(&negative, [-100, -400, 5_000, 5_700].map { ($0, 0) })
    #expect(below == [false, false, false, true])
  }
}
