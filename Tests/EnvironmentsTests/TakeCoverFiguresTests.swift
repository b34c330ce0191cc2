import Controllers
import EnvironmentKit
import Environments
import Evaluation
import Testing

@Suite struct TakeCoverFiguresTests {
  /// What makes the world a test of seeing, over 500 seeds.
  @Test func seeingIsWorthMuchAndSwingingBlindlyIsNot() throws {
    let entry = try #require(Catalog.entry("TakeCover"))
    #expect(entry.blindPolicies.count == 20)
    let figures = try BaselineFigures.measure(entry, seeds: 0..<500)
    let random = figures.random
    let blind = try #require(figures.blind.first)
    let rule = try #require(figures.rule)
    figures.lines.forEach { print("TakeCover: \($0)") }
    #expect(figures.lines.count == 4)
    #expect(random.episodes == 500)
    #expect((150...250).contains(random.mean))
    #expect(blind.mean <= 1.5 * random.mean)
    #expect(rule.mean >= 6 * random.mean)
    #expect(figures.blind.allSatisfy { $0.mean <= blind.mean })
  }

  @Test func figuresDoNotDependOnTheSeedsMeasuredBeside() throws {
    let entry = try #require(Catalog.entry("TakeCover"))
    let one = try BaselineFigures.measure(entry, seeds: 3..<5)
    let two = try BaselineFigures.measure(entry, seeds: 3..<5)
    #expect(one == two)
    let more = try BaselineFigures.measure(entry, seeds: 3..<7)
    let rest = try BaselineFigures.measure(entry, seeds: 5..<7)
    // Both are means of the same sums of whole numbers: equal but for one rounding.
    #expect(abs(more.random.mean - (one.random.mean + rest.random.mean) / 2) < 1e-9)
  }
}
