import Datasets
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

  @Test("things that look alike are recalled by their places, whichever stands there")
  func likeThings() throws {
    // Two balls in three by three cells; which of them is the first is drawn.
    var stream = RandomStream(seed: 5)
    let pairs = (0..<Self.frames).map { _ in Array(stream.permutation(Self.cells).prefix(2)) }
    let facts = (0..<2).flatMap { ball in
      [("X", { $0 % 3 }), ("Y", { $0 / 3 })].map { (letter: String, coordinate: (Int) -> Int) in
        CodedFactors.Factor(
          "ball\(ball)\(letter)", pairs.map { Float(coordinate($0[ball])) }, isCategory: false)
      }
    }
    func pictures(_ pairs: some Sequence<[Int]>) -> SampleSet {
      SampleSet(
        pairs.flatMap { pair in (0..<Self.cells).map { pair.contains($0) ? 1 : 0.2 } },
        width: Self.cells)
    }
    let (fit, test) = (pairs[..<(Self.frames / 2)], pairs[(Self.frames / 2)...])
    func share(_ reconstructed: [[Int]]) throws -> Double {
      let found = EntityRecall(
        facts, fit: pictures(fit), test: pictures(test), reconstructed: pictures(reconstructed))
      #expect(found.shares.map(\.fact) == ["ball"])
      let share = try #require(found.shares.first)
      return share.recalled.reduce(0, +) / Double(share.recalled.count)
    }
    #expect(try share(test.map { $0.reversed() }) == 1)
    // One of them stands in the place of the other's neighbour that is free.
    let moved = test.map { pair in
      [pair[0], (0..<Self.cells).first { !pair.contains($0) } ?? 0]
    }
    #expect(try share(moved) == 0.5)
  }

  @Test("what stands in a cell is recalled where it stands there as it was, and nowhere else")
  func cells() {
    let format = FrameFormat(.cells, shape: [1, 3, 2], classes: 10)
    // Sixty frames: a key of colour 4 at the first place, nothing at the others.
    let frames = [UInt8]((0..<60).flatMap { _ in [5, 4, 1, 0, 1, 0] })
    func shares(_ change: (inout [UInt8]) -> Void) -> [UInt8: Double] {
      var reconstructed = frames
      change(&reconstructed)
      let shares = CellRecall(format, frames: frames, reconstructed: reconstructed).shares
      return [UInt8: Double](
        uniqueKeysWithValues: shares.map { ($0.code, $0.recalled.reduce(0, +) / 60) })
    }
    #expect(shares { _ in } == [5: 1, 1: 1])
    // Its colour, in a quarter of the frames; a second one, in a third; it is gone, everywhere.
    #expect(shares { for frame in 0..<15 { $0[frame * 6 + 1] = 3 } } == [5: 0.75, 1: 1])
    let twice = shares { for frame in 0..<20 { $0[frame * 6 + 4] = 5 } }
    #expect(twice == [5: Double(40) / 60, 1: Double(40) / 60])
    #expect(shares { for frame in 0..<60 { $0[frame * 6] = 1 } } == [5: 0, 1: 0])
    // What few frames show is not told.
    let few = Array(frames[..<(40 * 6)])
    #expect(CellRecall(format, frames: few, reconstructed: few).shares.isEmpty)
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
