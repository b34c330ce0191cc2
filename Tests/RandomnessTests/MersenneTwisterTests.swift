import Foundation
import Randomness
import TestSupport
import Testing

/// What NumPy's legacy generator gave for one seed; floats are C hexadecimal.
private struct Record: Decodable {
  let seed: UInt64
  let random_sample: [String]
  /// A count and a number below it; likewise.
  let randint: [[Int]]
  let choice_without_p: [[Int]]
  let rand_then_randint: [Pair]

  /// `rand()` and `randint(0, 10)`, in turn.
  struct Pair: Decodable {
    let real: String
    let whole: Int

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      real = try list.decode(String.self)
      whole = try list.decode(Int.self)
    }
  }
}

private struct Recording: Decodable {
  let randomstate_mt19937: [Record]
}

@Suite("The Mersenne Twister equals NumPy's RandomState: Golden")
struct MersenneTwisterTests {
  private func records() throws -> [Record] {
    let fixtures = Bundle.module.bundleURL.appendingPathComponent("Fixtures")
    let url = Golden.url("numeric/numpy-random.json", fixtures: fixtures)
    return try JSONDecoder().decode(Recording.self, from: Data(contentsOf: url)).randomstate_mt19937
  }

  @Test("every recorded number of every seed is reproduced") func everything() throws {
    var compared = 0
    for record in try records() {
      var twister = MersenneTwister(seed: record.seed)
      let reals = record.random_sample.map { _ in twister.random() }
      #expect(reals == record.random_sample.compactMap(Double.init))
      for list in [record.randint, record.choice_without_p] {
        twister = MersenneTwister(seed: record.seed)
        let wholes = list.map { twister.integers(in: 0..<$0[0]) }
        #expect(wholes == list.map { $0[1] })
      }
      twister = MersenneTwister(seed: record.seed)
      for pair in record.rand_then_randint {
        let (real, whole) = (twister.random(), twister.integers(in: 0..<10))
        #expect(real == Double(pair.real) && whole == pair.whole)
      }
      compared += record.random_sample.count + record.randint.count
      compared += record.choice_without_p.count + 2 * record.rand_then_randint.count
    }
    Golden.report(compared)
    #expect(compared > 0)
  }

  @Test("words are right after the whole state was renewed, and of seeds above 32 bits")
  func farAndLong() {
    // NumPy 2.4.6: RandomState(1).randint(0, 2**32, 1300, dtype=uint32)[[0, 623, 624, 1299]], and
    // RandomState([5, 1]) likewise.
    let far: [(UInt64, [UInt32])] = [
      (1, [1_791_095_845, 2_006_116_153, 1_104_314_680, 2_604_647_584]),
      (1 << 32 | 5, [675_479_763, 3_470_195_681, 3_856_972_768, 464_306_072]),
    ]
    for (seed, want) in far {
      var twister = MersenneTwister(seed: seed)
      let words = (0..<1_300).map { _ in twister.nextUInt32() }
      #expect([0, 623, 624, 1_299].map { words[$0] } == want)
    }
  }

  @Test("a copy goes on alike, and one number to choose from consumes nothing") func copies() {
    var first = MersenneTwister(seed: 3)
    _ = first.random()
    var copy = first
    let only = copy.integers(in: 4..<5)
    let (next, same) = (first.nextUInt32(), copy.nextUInt32())
    #expect(only == 4 && next == same)
  }
}
