import Foundation
import Randomness
import Testing

/// Figures beside a `numpy` comment were computed with NumPy 2.4.6 on `default_rng(5)`.
@Suite("Random streams")
struct RandomStreamTests {
  @Test("the root stream is NumPy's default_rng")
  func rootStream() {
    var stream = RandomStream(seed: 0)
    #expect(stream.random() == 0.6369616873214543)
  }

  @Test("a named stream is NumPy's SeedSequence with the name's bytes as spawn key")
  func namedStream() {
    // numpy: PCG64(SeedSequence(7, spawn_key=list(b"a/b")))
    var stream = RandomStream(root: 7, name: "a/b")
    #expect(stream.random() == 0x1.2966adedf6d05p-1)
  }

  @Test("200,000 normal numbers, tail included, are NumPy's to the last bit")
  func normalNumbers() throws {
    var stream = RandomStream(seed: 5)
    let values = (0..<200_000).map { _ in stream.standardNormal() }
    // numpy: v = standard_normal(200000); cumsum(v)[-1]; abs(v).max()
    #expect(values.reduce(0, +) == 0x1.6df5335cdb347p+8)
    #expect(values.map(abs).max() == 0x1.347dc2d13e26ep+2)
    #expect(try place(of: stream).state == "60093397414255051937749442276874507432")
  }

  @Test("200,001 single-precision normal numbers are NumPy's float32 ones")
  func singlePrecisionNormalNumbers() throws {
    var stream = RandomStream(seed: 5)
    var values = [Float](repeating: 0, count: 200_001)
    values.withUnsafeMutableBufferPointer { stream.fillStandardNormal($0) }
    // numpy: v = standard_normal(200001, dtype=float32); v[-1]; abs(v).max(); cumsum(float64(v))[-1]
    #expect(values.last == 0x1.358d04p+0)
    #expect(values.map(abs).max() == 0x1.307292p+2)
    #expect(values.reduce(0.0) { $0 + Double($1) } == -0x1.1819dae525930p+8)
    #expect(try place(of: stream).state == "217872745226578497365613360506052043514")
  }

  @Test(
    "choosing without replacement is NumPy's, small and large",
    arguments: [
      (20_000, 1000, 4_930_839_154), (20_000, 5, 128_364), (20_000, 20_000, 1_997_146_720_961),
      (10, 10, 229), (10, 0, 0),
    ])
  func choosing(population: Int, count: Int, want: Int) {
    var stream = RandomStream(seed: 5)
    let chosen = stream.choice(count, of: population)
    // numpy: dot(choice(population, count, replace=False), arange(1, count + 1))
    #expect(zip(chosen, 1...).reduce(0) { $0 + $1.0 * $1.1 } == want)
    #expect(Set(chosen).count == count)
  }

  @Test("a range of one value consumes nothing")
  func oneValue() {
    var stream = RandomStream(seed: 5)
    let before = stream
    #expect(stream.integers(in: 4..<5) == 4)
    #expect(stream == before)
  }

  @Test("the saved place is NumPy's bit_generator.state, and reading it back goes on there")
  func checkpoint() throws {
    var stream = RandomStream(seed: 5)
    for want in [670, 805, 22] { #expect(stream.integers(in: 0..<1000) == want) }
    let saved = try place(of: stream)
    #expect(saved.state == "306760486260357735903297180624134655564")
    #expect(saved.increment == "233193750087604940414945475171846202189")
    #expect(saved.spare == 3_470_079_269)
    var read = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
    #expect(read == stream)
    #expect(read.nextUInt32() == 3_470_079_269)
  }

  @Test("a faulty place is refused")
  func faultyPlace() {
    let texts = [#"{"state":"x","increment":"1"}"#, #"{"state":"1","increment":"2"}"#, "{}"]
    for text in texts {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(RandomStream.self, from: Data(text.utf8))
      }
    }
  }

  private struct Place: Decodable {
    let state: String
    let increment: String
    let spare: UInt32?
  }

  private func place(of stream: RandomStream) throws -> Place {
    try JSONDecoder().decode(Place.self, from: JSONEncoder().encode(stream))
  }
}
