import Evaluation
import Randomness
import Statistics
import Testing

@Suite("What reconstructions keep of facts")
struct EntityRecallTests {
  private static let (cells, frames) = (9, 400)
  private let places: [Int]

  init() {
    var stream = RandomStream(seed: 1)
    places = (0..<Self.frames).map { _ in stream.integers(in: 0..<Self.cells) }
  }

  /// Cells of which one is bright, by its place.
  private func pictures(_ places: some Sequence<Int>, bright: Float = 1) -> SampleSet {
    SampleSet(
      places.flatMap { place in (0..<Self.cells).map { $0 == place ? bright : 0.2 } },
      width: Self.cells)
  }

  private func recall(
    _ values: [Float], isCategory: Bool = true, reconstructed: SampleSet
  ) -> EntityRecall {
    let half = Self.frames / 2
    return EntityRecall(
      [.init("agent", values, isCategory: isCategory)], fit: pictures(places[..<half]),
      test: pictures(places[half...]), reconstructed: reconstructed)
  }

  private var values: [Float] { places.map(Float.init) }

  @Test("an object in its place is recalled, one elsewhere or nowhere is not")
  func objects() throws {
    let half = places[(Self.frames / 2)...]
    func share(_ reconstructed: SampleSet) throws -> Double {
      let found = try #require(recall(values, reconstructed: reconstructed).shares.first)
      #expect(found.fact == "agent" && found.recalled.count == half.count)
      return found.recalled.reduce(0, +) / Double(found.recalled.count)
    }
    #expect(try share(pictures(half)) == 1)
    #expect(try share(pictures(half, bright: 0.6)) == 1)
    #expect(try share(pictures(half.map { ($0 + 1) % Self.cells })) == 0)
    let mixed = half.enumerated().map {
      $0.offset % 4 == 0 ? ($0.element + 1) % Self.cells : $0.element
    }
    #expect(try share(pictures(mixed)) == 0.75)
    // Without an object one of the places wins always: a ninth of the frames.
    #expect(try share(pictures(half, bright: 0.2)) < 0.3)
  }

  @Test("a fact that does not show in frames is not judged, nor one that does not vary")
  func hidden() {
    var stream = RandomStream(seed: 2)
    let half = pictures(places[(Self.frames / 2)...])
    let noise = (0..<Self.frames).map { _ in Float(stream.integers(in: 0..<3)) }
    #expect(recall(noise, reconstructed: half).shares.isEmpty)
    #expect(recall([Float](repeating: 1, count: Self.frames), reconstructed: half).shares.isEmpty)
    #expect(
      recall([Float](repeating: .nan, count: Self.frames), reconstructed: half).shares.isEmpty)
  }

  @Test("a quantity of many values is right within a twentieth of its range")
  func quantities() throws {
    var stream = RandomStream(seed: 3)
    let depth = (0..<Self.frames).map { _ in Float(stream.random()) }
    func shades(_ values: ArraySlice<Float>, by offset: Float) -> SampleSet {
      SampleSet(values.flatMap { [$0 + offset, 0.5] }, width: 2)
    }
    let half = Self.frames / 2
    func share(_ offset: Float) throws -> Double {
      let found = EntityRecall(
        [.init("depth", depth, isCategory: false)], fit: shades(depth[..<half], by: 0),
        test: shades(depth[half...], by: 0), reconstructed: shades(depth[half...], by: offset))
      let share = try #require(found.shares.first)
      return share.recalled.reduce(0, +) / Double(share.recalled.count)
    }
    #expect(try share(0.03) == 1)
    #expect(try share(0.07) == 0)
  }
}
