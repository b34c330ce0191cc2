import EnvironmentKit
import Testing

@Suite("The choice between sharing work and doing it alone")
struct SharingChoiceTests {
  /// Takes steps of given times and returns how many were shared.
  private func steps(
    _ count: Int, _ choice: inout SharingChoice, shared: Double, alone: Double
  ) -> Int {
    (0..<count).count { _ in
      let shares = choice.next()
      choice.record(shares ? shared : alone, sharing: shares)
      return shares
    }
  }

  @Test("the faster way is taken nearly always, the other one ever more seldom")
  func faster() {
    var choice = SharingChoice()
    #expect(steps(10_000, &choice, shared: 5, alone: 9) > 9_850)
    var other = SharingChoice()
    #expect(steps(10_000, &other, shared: 9, alone: 5) < 150)
  }

  @Test("a way that becomes slow is left at once, and found again when it is fast")
  func change() {
    var choice = SharingChoice()
    _ = steps(10_000, &choice, shared: 5, alone: 9)
    #expect(steps(100, &choice, shared: 8_000, alone: 9) < 8)
    #expect(steps(20_000, &choice, shared: 5, alone: 9) > 10_000)
  }
}
