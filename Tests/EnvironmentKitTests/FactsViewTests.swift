import EnvironmentKit
import Testing

@Suite("Views of the facts")
struct FactsViewTests {
  private func entry(_ views: [FactsView]) -> CatalogEntry {
    CatalogEntry(
      id: "Tiny", family: "Tiny", file: "", reference: "test", observations: [.symbols], keys: [],
      factsViews: views
    ) { _ in TinyWorld<TinyMove>() }
  }

  private func numbers(_ view: FactsView, _ facts: [Float]) -> [Float] {
    facts.withUnsafeBufferPointer { view.numbers(of: $0) }
  }

  @Test("all that is known are a world's views side by side")
  func views() throws {
    let double = FactsView("double", title: "", count: 2) { facts, out in
      (out[0], out[1]) = (facts[0], 2 * facts[0])
    }
    let negative = FactsView("negative", title: "", count: 1) { facts, out in out[0] = -facts[0] }
    let all = try #require(FactsView.all(of: entry([double, negative])))
    #expect(all.count == 3 && numbers(all, [4]) == [4, 8, -4])
  }

  @Test("without views they are the facts as they are, 0 where one is absent")
  func plain() throws {
    let world = entry([])
    let count = world.specification(.symbols).facts.count
    try #require(count > 0)
    let all = try #require(FactsView.all(of: world))
    var facts = (0..<count).map { Float($0) + 1 }
    facts[count - 1] = .nan
    #expect(numbers(all, facts) == facts.dropLast() + [0])
  }
}
